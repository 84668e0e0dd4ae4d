#include "simulator/report/hgrm.hpp"

#include <algorithm>
#include <cmath>

#include "simulator/report/figures.hpp"

namespace trunkline::sim {

namespace {

constexpr int ticks_per_half = 5;
constexpr int most_halvings = 48;  // beyond what 64 bits count, and a double still tells its levels apart

std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.insert(0, width - text.size(), ' ');
    return text;
}

std::string milliseconds_text(double milliseconds) { return padded(decimal(milliseconds, 3), 12); }

double in_milliseconds(Duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

std::string line(Duration value, double level, std::uint64_t count) {
    std::string text =
        milliseconds_text(in_milliseconds(value)) + ' ' + decimal(level, 12) + ' ' + padded(std::to_string(count), 10);
    if (level < 1.0) text += ' ' + padded(decimal(1.0 / (1.0 - level), 2), 14);
    return text + '\n';
}

/// The levels 0, 0.1, 0.2 … 0.5, 0.55 …, each by what is above it: a share of so many tenths, halved so often.
struct Tick {
    explicit Tick(int number)
        : tenths(10U - static_cast<unsigned>(number % ticks_per_half)), halvings(number / ticks_per_half) {}

    double level() const { return 1.0 - std::ldexp(tenths / 10.0, -halvings); }
    /// So many values of all are not above it. In integers: a level has no exact double.
    std::uint64_t rank(std::uint64_t count) const { return count - count * tenths / (std::uint64_t{10} << halvings); }

    unsigned tenths;
    int halvings;
};

std::string lines(const LogHistogram& histogram) {
    const std::vector<LogHistogram::Bucket> buckets = histogram.buckets();
    std::string text;
    std::size_t bucket = 0;
    std::uint64_t seen = buckets.front().count;
    for (int number = 0; number < ticks_per_half * most_halvings; ++number) {
        const Tick tick(number);
        while (seen < tick.rank(histogram.count())) seen += buckets[++bucket].count;
        if (seen == histogram.count()) break;
        text += line(buckets[bucket].largest, tick.level(), seen);
    }
    return text + line(histogram.maximum(), 1.0, histogram.count());
}

/// Of the buckets' ends, as far as they tell.
std::string moments(const LogHistogram& histogram) {
    const double count = std::max(1.0, static_cast<double>(histogram.count()));
    double sum = 0.0;
    double squares = 0.0;
    for (const LogHistogram::Bucket& bucket : histogram.buckets()) {
        const double value = in_milliseconds(std::min(bucket.largest, histogram.maximum()));
        sum += value * static_cast<double>(bucket.count);
        squares += value * value * static_cast<double>(bucket.count);
    }
    const double mean = sum / count;
    const double deviation = std::sqrt(std::max(0.0, squares / count - mean * mean));
    return "#[Mean    = " + milliseconds_text(mean) + ", StdDeviation   = " + milliseconds_text(deviation) + "]\n";
}

}  // namespace

std::string hgrm(const LogHistogram& histogram) {
    std::string text = "       Value     Percentile TotalCount 1/(1-Percentile)\n\n";
    if (histogram.count() > 0) text += lines(histogram);
    text += moments(histogram);
    text += "#[Max     = " + milliseconds_text(in_milliseconds(histogram.maximum())) +
            ", Total count    = " + padded(std::to_string(histogram.count()), 12) + "]\n";
    return text + "#[Buckets = " + padded(std::to_string(histogram.buckets().size()), 12) +
           ", SubBuckets     = " + padded("256", 12) + "]\n";
}

}  // namespace trunkline::sim
