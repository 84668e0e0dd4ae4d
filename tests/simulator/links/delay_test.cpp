#include "simulator/links/delay.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

LinkProfile link_with(DelayDistribution distribution, Duration base, Duration jitter, double correlation = 0.0) {
    LinkProfile profile{.id = "link", .delay = base, .jitter = jitter};
    profile.distribution = distribution;
    profile.delay_correlation = correlation;
    return profile;
}

/// Delays in jitters from the base.
std::vector<double> offsets(const LinkProfile& profile, int packets) {
    PacketDelay delay(profile);
    Random random(1, "link", "delay");
    std::vector<double> drawn;
    for (int packet = 0; packet < packets; ++packet) {
        const Duration each = delay.draw(random);
        CHECK_MESSAGE(each >= shortest_delay(profile), "below the least");
        CHECK_MESSAGE(each <= longest_delay(profile), "above the most");
        drawn.push_back(static_cast<double>((each - profile.delay).count()) /
                        static_cast<double>(profile.jitter.count()));
    }
    return drawn;
}

double share_above(const std::vector<double>& drawn, double bound) {
    const auto above = std::count_if(drawn.begin(), drawn.end(), [bound](double each) { return each > bound; });
    return static_cast<double>(above) / static_cast<double>(drawn.size());
}

struct Moments {
    double mean = 0.0;
    double deviation = 0.0;
    double correlation = 0.0;  // of neighbours
};

Moments moments_of(const std::vector<double>& drawn) {
    double sum = 0.0;
    double squares = 0.0;
    double products = 0.0;
    const auto count = static_cast<double>(drawn.size());
    for (const double each : drawn) sum += each;
    const double mean = sum / count;
    for (std::size_t at = 0; at < drawn.size(); ++at) {
        squares += (drawn[at] - mean) * (drawn[at] - mean);
        if (at > 0) products += (drawn[at] - mean) * (drawn[at - 1] - mean);
    }
    return {mean, std::sqrt(squares / count), products / squares};
}

constexpr int many_packets = 200'000;

// Four standard deviations of a share of `many_packets` draws.
double slack(double share) { return 4.0 * std::sqrt(share * (1.0 - share) / many_packets); }

}  // namespace

TEST_CASE("without jitter the delay is the base to the nanosecond, whatever the distribution") {
    using enum DelayDistribution;
    Random random(1, "link", "delay");
    for (const DelayDistribution each : {uniform, normal, exponential, pareto}) {
        PacketDelay delay(link_with(each, 40ms, 0ms));
        for (int packet = 0; packet < 100; ++packet) CHECK(delay.draw(random) == 40ms);
    }
}

TEST_CASE("uniform delay: jitter reaches from base - jitter to base + jitter and not beyond") {
    Random random(1, "link", "delay");
    PacketDelay delay(link_with(DelayDistribution::uniform, 40ms, 3ns));
    Duration shortest = 1h;
    Duration longest{};
    for (int packet = 0; packet < 1000; ++packet) {
        const Duration drawn = delay.draw(random);
        shortest = std::min(shortest, drawn);
        longest = std::max(longest, drawn);
    }
    CHECK(shortest == 40ms - 3ns);
    CHECK(longest == 40ms + 3ns);
}

TEST_CASE("uniform delay: mean, deviation and quartile") {
    const std::vector<double> drawn = offsets(link_with(DelayDistribution::uniform, 40ms, 40ms), many_packets);
    CHECK(std::abs(moments_of(drawn).mean) < 0.006);
    CHECK(moments_of(drawn).deviation == doctest::Approx(1.0 / std::sqrt(3.0)).epsilon(0.01));
    CHECK(std::abs(share_above(drawn, 0.5) - 0.25) < slack(0.25));
}

TEST_CASE("normal delay: the jitter is the standard deviation, and four of them are the end") {
    const std::vector<double> drawn = offsets(link_with(DelayDistribution::normal, 290ms, 15ms), many_packets);
    CHECK(std::abs(moments_of(drawn).mean) < 0.01);
    CHECK(moments_of(drawn).deviation == doctest::Approx(1.0).epsilon(0.01));
    CHECK(std::abs(share_above(drawn, 1.0) - 0.158655) < slack(0.158655));
    CHECK(std::abs(share_above(drawn, 3.0) - 0.00135) < slack(0.00135));
    CHECK(std::abs(moments_of(drawn).correlation) < 0.01);
}

TEST_CASE("normal delay: a packet cannot arrive before it was sent") {
    const std::vector<double> drawn = offsets(link_with(DelayDistribution::normal, 10ms, 10ms), many_packets);
    CHECK(*std::min_element(drawn.begin(), drawn.end()) == -1.0);
}

TEST_CASE("exponential delay: the base is the least, and the jitter the mean above it") {
    const std::vector<double> drawn = offsets(link_with(DelayDistribution::exponential, 25ms, 20ms), many_packets);
    CHECK(*std::min_element(drawn.begin(), drawn.end()) >= 0.0);
    CHECK(moments_of(drawn).mean == doctest::Approx(1.0).epsilon(0.01));
    CHECK(std::abs(share_above(drawn, 1.0) - std::exp(-1.0)) < slack(0.368));
    CHECK(std::abs(share_above(drawn, 5.0) - std::exp(-5.0)) < slack(0.0067));
}

TEST_CASE("pareto delay: netem's table, shape 3 about its mean, cut off at four jitters") {
    // (u^(-1/3) - 3/2) 4/3 > x where u < (3/2 + 3x/4)^-3.
    const std::vector<double> drawn = offsets(link_with(DelayDistribution::pareto, 45ms, 20ms), many_packets);
    for (const double x : {-0.5, 0.0, 1.0, 2.0, 3.9}) {
        CAPTURE(x);
        const double expected = std::pow(1.5 + 0.75 * x, -3.0);
        CHECK(std::abs(share_above(drawn, x) - expected) < slack(expected));
    }
    CHECK(*std::min_element(drawn.begin(), drawn.end()) >= -2.0 / 3.0);
    CHECK(*std::max_element(drawn.begin(), drawn.end()) == 4.0);
}

TEST_CASE("paretonormal delay: a quarter of the normal and three quarters of the Pareto value of the same share") {
    const std::vector<double> drawn = offsets(link_with(DelayDistribution::pareto_normal, 100ms, 20ms), many_packets);
    // At the quantiles 1/2, 0.841345 (normal: 1) and 0.97725 (normal: 2).
    struct Row {
        double share;
        double normal;
    };
    for (const Row& row : {Row{0.5, 0.0}, Row{0.841345, 1.0}, Row{0.97725, 2.0}, Row{0.158655, -1.0}}) {
        CAPTURE(row.share);
        const double pareto = (std::pow(1.0 - row.share, -1.0 / 3.0) - 1.5) * 4.0 / 3.0;
        const double expected = 0.25 * row.normal + 0.75 * pareto;
        CHECK(std::abs(share_above(drawn, expected) - (1.0 - row.share)) < slack(row.share));
    }
    CHECK(*std::max_element(drawn.begin(), drawn.end()) <= 4.0);
    CHECK(*std::min_element(drawn.begin(), drawn.end()) >= -1.5);
}

TEST_CASE("a table of delays: each number as likely as the others, in 1/8192 of the jitter") {
    LinkProfile profile = link_with(DelayDistribution::table, 100ms, 8'192us);
    profile.delay_table = {-8192, 0, 4096, 16384};
    PacketDelay delay(profile);
    Random random(1, "link", "delay");
    std::vector<Duration> drawn;
    for (int packet = 0; packet < many_packets; ++packet) drawn.push_back(delay.draw(random));
    for (const Duration each :
         {Duration(100ms) - 8'192us, Duration(100ms), Duration(100ms) + 4'096us, Duration(100ms) + 16'384us}) {
        const auto count = std::count(drawn.begin(), drawn.end(), each);
        CHECK(std::abs(static_cast<double>(count) / many_packets - 0.25) < slack(0.25));
    }
    CHECK(shortest_delay(profile) == 100ms - 8'192us);
    CHECK(longest_delay(profile) == 100ms + 16'384us);
}

TEST_CASE("correlation: neighbours are alike, and the distribution stays what it was") {
    const std::vector<double> normal = offsets(link_with(DelayDistribution::normal, 290ms, 15ms, 0.8), many_packets);
    CHECK(moments_of(normal).correlation == doctest::Approx(0.8).epsilon(0.02));
    CHECK(moments_of(normal).deviation == doctest::Approx(1.0).epsilon(0.02));
    const std::vector<double> exponential =
        offsets(link_with(DelayDistribution::exponential, 25ms, 20ms, 0.8), many_packets);
    CHECK(moments_of(exponential).correlation > 0.7);
    CHECK(moments_of(exponential).correlation < 0.8);
    CHECK(share_above(exponential, 1.0) == doctest::Approx(std::exp(-1.0)).epsilon(0.03));
    // netem's mixture would have a deviation of 0.19 here.
    const std::vector<double> uniform = offsets(link_with(DelayDistribution::uniform, 40ms, 40ms, 0.8), many_packets);
    CHECK(moments_of(uniform).deviation == doctest::Approx(1.0 / std::sqrt(3.0)).epsilon(0.02));
}

TEST_CASE("another distribution leaves the other draws of the stream where they are") {
    using enum DelayDistribution;
    std::vector<std::uint64_t> next;
    for (const DelayDistribution each : {uniform, normal, exponential, pareto}) {
        Random random(1, "link", "delay");
        PacketDelay(link_with(each, 40ms, 10ms)).draw(random);
        next.push_back(random.next());
    }
    CHECK(std::count(next.begin(), next.end(), next.front()) == 4);
}
