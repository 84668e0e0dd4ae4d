#include "runtime/http/metrics_text.hpp"

#include <array>
#include <charconv>

namespace trunkline::runtime {

namespace {

/// Of a number of seconds, with as many digits as it needs.
std::string in_digits(double value) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::general, 9);
    return {digits.data(), end.ptr};
}

double seconds_of(Duration duration) { return std::chrono::duration<double>(duration).count(); }

void append_label_value(std::string& text, std::string_view value) {
    for (const char octet : value) {
        if (octet == '\n') text += "\\n";
        else if (octet == '"' || octet == '\\') text.append("\\").append(1, octet);
        else text += octet;
    }
}

}  // namespace

MetricsText& MetricsText::begin(std::string_view name, std::string_view type, std::string_view help) {
    family_ = name;
    text_.append("# HELP ").append(name).append(" ").append(help).append("\n");
    text_.append("# TYPE ").append(name).append(" ").append(type).append("\n");
    return *this;
}

MetricsText& MetricsText::sample(std::uint64_t value, std::initializer_list<MetricLabel> labels) {
    append_sample({}, std::to_string(value), labels);
    return *this;
}

MetricsText& MetricsText::sample_seconds(double value, std::initializer_list<MetricLabel> labels) {
    append_sample({}, in_digits(value), labels);
    return *this;
}

MetricsText& MetricsText::histogram(std::string_view name, std::string_view help, const LatencyHistogram& values) {
    begin(name, "histogram", help);
    std::uint64_t sum = 0;
    for (std::size_t place = 0; place <= LatencyHistogram::bounds.size(); ++place) {
        sum += values.count(place);
        const bool is_last = place == LatencyHistogram::bounds.size();
        const std::string bound = is_last ? "+Inf" : in_digits(seconds_of(LatencyHistogram::bounds[place]));
        append_sample("_bucket", std::to_string(sum), {{"le", bound}});
    }
    append_sample("_sum", in_digits(seconds_of(values.sum())), {});
    append_sample("_count", std::to_string(sum), {});
    return *this;
}

void MetricsText::append_sample(std::string_view suffix, std::string_view value,
                                std::initializer_list<MetricLabel> labels) {
    text_.append(family_).append(suffix);
    char mark = '{';
    for (const MetricLabel& label : labels) {
        text_.append(1, mark).append(label.name).append("=\"");
        append_label_value(text_, label.value);
        text_ += '"';
        mark = ',';
    }
    if (labels.size() != 0) text_ += '}';
    text_.append(" ").append(value).append("\n");
}

}  // namespace trunkline::runtime
