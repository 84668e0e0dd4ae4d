// What a scenario may say about links, the presets that ship, and the lines for what it may not say.

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "simulator/scenario/link_presets.hpp"
#include "simulator/scenario/scenario_reader.hpp"
#include "tests/simulator/scenario/small_scenario.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

/// The small scenario with these keys instead of those of its link "fiber".
std::string with_fiber(std::string_view keys) {
    return with(R"("fiber": {"delay": "4ms"})", R"("fiber": )" + std::string(keys));
}

LinkProfile fiber(std::string_view keys) { return read_scenario(with_fiber(keys), "f.json").links.at(0); }

LinkProfile preset(std::string_view name) { return fiber(R"({"extends": "preset:)" + std::string(name) + "\"}"); }

std::string refusal(const std::string& text) {
    try {
        read_scenario(text, "f.json");
    } catch (const ScenarioError& error) {
        return error.what();
    }
    return "it is taken";
}

/// A fault that lays these keys over the link "radio" (50 ms, jitter 20 ms, uniform).
std::string with_overlay(std::string_view keys) {
    return with(R"("expect": [)",
                R"("faults": [{"id": "F", "at": "1m", "for": "1m", "do": "link", "on": "link:PS-*.field", "set": )" +
                    std::string(keys) + R"(}], "expect": [)");
}

LinkProfile overlay(std::string_view keys) {
    return read_scenario(with_overlay(keys), "f.json").faults.at(0).overlay.value();
}

}  // namespace

TEST_CASE("delays have a distribution, a correlation, and may keep their order") {
    const LinkProfile link = fiber(
        R"({"delay": {"base": "25ms", "jitter": "90ms", "dist": "exp", "correlation": 0.25, "keep_order": true}})");
    CHECK(link.delay == 25ms);
    CHECK(link.jitter == 90ms);
    CHECK(link.distribution == DelayDistribution::exponential);
    CHECK(link.delay_correlation == 0.25);
    CHECK(link.keeps_order);
    CHECK(fiber(R"({"delay": {"base": "25ms", "dist": "normal"}})").distribution == DelayDistribution::normal);
    CHECK(fiber(R"({"delay": {"base": "25ms", "dist": "pareto"}})").distribution == DelayDistribution::pareto);
    CHECK(fiber(R"({"delay": {"base": "25ms"}})").distribution == DelayDistribution::uniform);
}

TEST_CASE("a rate is one for both ways or one for each, in tc's units, with a queue in octets") {
    const LinkProfile both = fiber(R"({"rate": "9600bit", "queue": "4KiB", "half_duplex": true})");
    CHECK(both.rate_up == 9'600);
    CHECK(both.rate_down == 9'600);
    CHECK(both.queue_octets == 4096);
    CHECK(both.half_duplex);
    const LinkProfile each = fiber(R"({"rate": {"up": "64kbit", "down": "10mbit"}})");
    CHECK(each.rate(LinkWay::up) == 64'000);
    CHECK(each.rate(LinkWay::down) == 10'000'000);
    CHECK(each.queue_octets == 65536);
    CHECK(fiber(R"({"rate": "100gbit", "queue": "256MiB"})").rate_up == 100'000'000'000);
    CHECK(fiber(R"({"rate": "1bit", "queue": "1B"})").queue_octets == 1);
    CHECK(!fiber("{}").has_rate());
}

TEST_CASE("copies and packets that are held back") {
    const LinkProfile at_once = fiber(R"({"duplicate": 0.002})");
    CHECK(at_once.duplicate == 0.002);
    CHECK(at_once.duplicate_lag == 0s);
    const LinkProfile link =
        fiber(R"({"duplicate": {"p": 0.01, "lag": "200ms"}, "reorder": {"p": 0.005, "by": "300ms"}})");
    CHECK(link.duplicate == 0.01);
    CHECK(link.duplicate_lag == 200ms);
    CHECK(link.reorder == 0.005);
    CHECK(link.reorder_by == 300ms);
}

TEST_CASE("a link extends a preset or a link above it, key by key") {
    const LinkProfile link =
        fiber(R"({"extends": "preset:vsat", "delay": {"jitter": "30ms"}, "rate": {"up": "9600bit"}})");
    CHECK(link.id == "fiber");
    CHECK(link.delay == 290ms);
    CHECK(link.jitter == 30ms);
    CHECK(link.distribution == DelayDistribution::normal);
    CHECK(link.rate_up == 9'600);
    CHECK(link.rate_down == 256'000);
    CHECK(link.bursts.has_value());
    const LinkProfile calm =
        fiber(R"({"extends": "preset:vsat", "delay": "5ms", "loss": {"model": "bernoulli", "p": 0}})");
    CHECK(calm.delay == 5ms);
    CHECK(calm.jitter == 0ms);
    CHECK(!calm.bursts);
    const Scenario plan =
        read_scenario(with(R"("fiber": {"delay": "4ms"})",
                           R"("fiber": {"delay": "4ms"}, "wire": {"extends": "fiber", "rate": "1mbit"})"),
                      "f.json");
    CHECK(plan.links.at(1).id == "wire");
    CHECK(plan.links.at(1).delay == 4ms);
    CHECK(plan.links.at(1).rate_up == 1'000'000);
}

TEST_CASE("a fault's keys are laid over the link key by key") {
    const LinkProfile link = overlay(R"({"delay": {"base": "90ms"}, "rate": "1200bit"})");
    CHECK(link.delay == 90ms);
    CHECK(link.jitter == 20ms);
    CHECK(link.rate_up == 1'200);
    CHECK(link.loss == 0.2);
}

TEST_CASE("every preset is a link, and docs/scenario.md shows its text") {
    std::ifstream in(TRUNKLINE_SOURCE_DIR "/docs/scenario.md");
    std::ostringstream page;
    page << in.rdbuf();
    for (const reading::LinkPreset& each : reading::link_presets()) {
        CAPTURE(each.name);
        CHECK_NOTHROW(preset(each.name));
        CHECK(page.str().find("\"" + std::string(each.name) + "\": " + std::string(each.keys)) != std::string::npos);
    }
    CHECK(preset("vsat").delay == 290ms);
    CHECK(preset("uhf-radio").rate_up == 9'600);
    CHECK(preset("cellular").rate_down == 5'000'000);
    CHECK(preset("nb-iot").half_duplex);
    CHECK(preset("lora-mesh").duplicate == 0.01);
}

// clang-format off: a row is a mistake and its line.

TEST_CASE("what a link may not say is refused with its place and what would be right") {
    struct Broken {
        std::string_view keys;
        std::string_view line;
    };
    for (
        const Broken& broken : {
            Broken{
                R"({"rate": 9600})",
                R"(f.json:10: /links/fiber/rate: a rate from 1bit to 100gbit is wanted, like "9600bit", "64kbit" or "10mbit", got 9600)"},
            Broken{
                R"({"rate": "9600"})",
                R"(f.json:10: /links/fiber/rate: a rate from 1bit to 100gbit is wanted, like "9600bit", "64kbit" or "10mbit", got "9600")"},
            Broken{
                R"({"rate": "9.6kbit"})",
                R"(f.json:10: /links/fiber/rate: a rate from 1bit to 100gbit is wanted, like "9600bit", "64kbit" or "10mbit", got "9.6kbit")"},
            Broken{
                R"({"rate": "0bit"})",
                R"(f.json:10: /links/fiber/rate: a rate from 1bit to 100gbit is wanted, like "9600bit", "64kbit" or "10mbit", got "0bit")"},
            Broken{
                R"({"rate": {"up": "101gbit"}})",
                R"(f.json:10: /links/fiber/rate/up: a rate from 1bit to 100gbit is wanted, like "9600bit", "64kbit" or "10mbit", got "101gbit")"},
            Broken{R"({"rate": {"upp": "1gbit"}})",
                   R"(f.json:10: /links/fiber/rate/upp: unknown key; did you mean "up"?)"},
            Broken{
                R"({"rate": "1mbit", "queue": "64KB"})",
                R"(f.json:10: /links/fiber/queue: a size from 1B to 256MiB is wanted, like "512B", "64KiB" or "1MiB", got "64KB")"},
            Broken{
                R"({"rate": "1mbit", "queue": "257MiB"})",
                R"(f.json:10: /links/fiber/queue: a size from 1B to 256MiB is wanted, like "512B", "64KiB" or "1MiB", got "257MiB")"},
            Broken{R"({"queue": "64KiB"})",
                   R"(f.json:10: /links/fiber/queue: a queue forms before a "rate" only, and this link has none)"},
            Broken{
                R"({"half_duplex": true})",
                R"(f.json:10: /links/fiber: "half_duplex" is one channel: one "rate" for both ways is wanted with it)"},
            Broken{
                R"({"half_duplex": true, "rate": {"up": "1kbit", "down": "2kbit"}})",
                R"(f.json:10: /links/fiber: "half_duplex" is one channel: one "rate" for both ways is wanted with it)"},
            Broken{
                R"({"reorder": {"p": 0.1, "by": "1s"}, "delay": {"base": "1s", "keep_order": true}})",
                R"(f.json:10: /links/fiber: "reorder" and "keep_order" contradict each other; one of them is wanted)"},
            Broken{R"({"reorder": {"by": "1s"}})", R"(f.json:10: /links/fiber/reorder: the key "p" is missing)"},
            Broken{
                R"({"reorder": {"p": 0.1}})",
                R"(f.json:10: /links/fiber: a packet that is reordered overtakes those that are delayed: a "delay" is wanted with it)"},
            Broken{R"({"reorder": {"gap": 0}})",
                   R"(f.json:10: /links/fiber/reorder/gap: a whole number from 1 to 1000000 is wanted, got 0)"},
            Broken{
                R"({"delay": {"base": "1s", "dist": "normal", "table": "x.dist"}})",
                R"(f.json:10: /links/fiber/delay/table: "dist" and "table" contradict each other; one of them is wanted)"},
            Broken{
                R"({"delay": {"base": "1s", "table": "nowhere.dist"}})",
                R"(f.json:10: /links/fiber/delay/table: "nowhere.dist" cannot be read; a table as tc has them of at most 64 MiB beside the scenario is wanted)"},
            Broken{R"({"loss": {"model": "state"}})", R"(f.json:10: /links/fiber/loss: the key "p13" is missing)"},
            Broken{
                R"({"loss": {"model": "state", "p13": 0.6, "p14": 0.5}})",
                R"(f.json:10: /links/fiber/loss: "p13" and "p14" of at most 1 together are wanted: both leave state 1)"},
            Broken{
                R"({"loss": {"model": "state", "p13": 0.6, "p31": 0.6, "p32": 0.5}})",
                R"(f.json:10: /links/fiber/loss: "p31" and "p32" of at most 1 together are wanted: both leave state 3)"},
            Broken{R"({"loss": {"model": "gilbert-elliott", "step": "packet", "p": 0.1, "1-h": 0.9, "p_bad": 0.9}})",
                   R"(f.json:10: /links/fiber/loss/1-h: "1-h" and "p_bad" are the same; one of them is wanted)"},
            Broken{
                R"({"loss": {"model": "gilbert-elliott", "step": "time", "good": "1s", "bad": "1s", "1-h": 0.9}})",
                R"(f.json:10: /links/fiber/loss/1-h: unknown key; "model", "step", "good", "bad", "p_good" and "p_bad" are available)"},
            Broken{R"({"loss": {"model": "bernoulli", "p": 0.1, "correlation": 1}})",
                   R"(f.json:10: /links/fiber/loss/correlation: a number from 0 to 0.999 is wanted, got 1)"},
            Broken{R"({"corrupt": "1%"})",
                   R"(f.json:10: /links/fiber/corrupt: a probability from 0 to 1 is wanted, got "1%")"},
            Broken{R"({"corrupt": {"p": 0.1, "checksums": false}})",
                   R"(f.json:10: /links/fiber/corrupt/checksums: unknown key; did you mean "checksum"?)"},
            Broken{R"({"mtu": 67})",
                   R"(f.json:10: /links/fiber/mtu: a whole number from 68 to 65535 is wanted, got 67)"},
            Broken{R"({"limit": 0})",
                   R"(f.json:10: /links/fiber/limit: a whole number from 1 to 1000000 is wanted, got 0)"},
            Broken{R"({"rate": {"overhead": 14}})",
                   R"(f.json:10: /links/fiber/rate: "up" or "down" is wanted: an overhead is nothing without a rate)"},
            Broken{R"({"rate": {"up": "1mbit", "overhead": 1.5}})",
                   R"(f.json:10: /links/fiber/rate/overhead: whole octets are wanted, got 1.5)"},
            Broken{
                R"({"rate": {"up": "1mbit", "cell_overhead": 5}})",
                R"(f.json:10: /links/fiber/rate/cell_overhead: there are no cells without "cell", how many octets one of them carries)"},
            Broken{R"({"slot": {"max": "1ms"}})", R"(f.json:10: /links/fiber/slot: the key "min" is missing)"},
            Broken{
                R"({"slot": {"min": "1ms", "jitter": "1ms"}})",
                R"(f.json:10: /links/fiber/slot/jitter: it goes with "dist"; "min" and "max" are wanted, or "dist" too)"},
            Broken{R"({"slot": {"dist": "exp", "delay": "1ms", "jitter": "1ms", "max": "1ms"}})",
                   R"(f.json:10: /links/fiber/slot/max: "dist" says how far slots are apart; leave it out)"},
            Broken{R"({"slot": {"dist": "exp", "delay": "1ms"}})",
                   R"(f.json:10: /links/fiber/slot: the key "jitter" is missing)"},
            Broken{
                R"({"slot": {"min": "2ms", "max": "1ms"}})",
                R"(f.json:10: /links/fiber/slot/max: a duration from 2ms to 1m is wanted, like "90s", "10m", "1h30m" or "250ms", got "1ms")"},
            Broken{
                R"({"down": {"rate": "1mbit"}})",
                R"(f.json:10: /links/fiber/down/rate: unknown key; "delay", "loss", "duplicate", "reorder", "corrupt", "slot" and "mtu" are available)"},
            Broken{R"({"phy": {"kind": "lora"}})", R"(f.json:10: /links/fiber/phy: the key "sf" is missing)"},
            Broken{R"({"phy": {"kind": "lora", "sf": 6}})",
                   R"(f.json:10: /links/fiber/phy/sf: a whole number from 7 to 12 is wanted, got 6)"},
            Broken{
                R"({"phy": {"kind": "lora", "sf": 7, "bw": "100kHz"}})",
                R"(f.json:10: /links/fiber/phy/bw: "31.25kHz", "41.7kHz", "62.5kHz", "125kHz", "250kHz" or "500kHz" is wanted, got "100kHz")"},
            Broken{R"({"phy": {"kind": "lora", "sf": 7}, "rate": "1kbit"})",
                   R"(f.json:10: /links/fiber/rate: "phy" says how fast this link is; leave one of them out)"},
            Broken{R"({"phy": {"kind": "lora", "sf": 7}, "mtu": 243})",
                   R"(f.json:10: /links/fiber/mtu: a whole number from 1 to 242 is wanted, got 243)"},
            Broken{
                R"({"phy": {"kind": "lora", "sf": 7}})",
                R"(f.json:15: /gateways/0/broker_link: "phy" of "fiber" carries MQTT-SN's datagrams only; a link for TCP is wanted here)"},
            Broken{
                R"({"duplicate": {"p": 0.1, "lag": "61s"}})",
                R"(f.json:10: /links/fiber/duplicate/lag: a duration from 0s to 1m is wanted, like "90s", "10m", "1h30m" or "250ms", got "61s")"},
            Broken{R"({"duplicate": 2})",
                   R"(f.json:10: /links/fiber/duplicate: a probability from 0 to 1 is wanted, got 2)"},
            Broken{R"({"delay": {"jitter": "1s"}})", R"(f.json:10: /links/fiber/delay: the key "base" is missing)"},
            Broken{
                R"({"delay": {"base": "1s", "jitter": "61s", "dist": "normal"}})",
                R"(f.json:10: /links/fiber/delay/jitter: a duration from 0s to 1m is wanted, like "90s", "10m", "1h30m" or "250ms", got "61s")"},
            Broken{R"({"delay": {"base": "1s", "correlation": 1}})",
                   R"(f.json:10: /links/fiber/delay/correlation: a number from 0 to 0.999 is wanted, got 1)"},
            Broken{R"({"extends": "preset:nb-iot", "delay": {"dist": "uniform"}})",
                   R"(f.json:10: /links/fiber/delay: a jitter of at most the base is wanted with "dist": "uniform")"},
            Broken{R"({"extends": "preset:vsatt"})",
                   R"(f.json:10: /links/fiber/extends: no preset is called "vsatt"; did you mean "vsat"?)"},
            Broken{
                R"({"extends": "preset:"})",
                R"(f.json:10: /links/fiber/extends: no preset is called ""; "vsat", "uhf-radio", "cellular", "nb-iot" and "lora-mesh" are available)"},
            Broken{R"({"extends": "radio"})",
                   R"(f.json:10: /links/fiber/extends: no link is called "radio": the scenario has none)"},
        })
        CHECK(refusal(with_fiber(broken.keys)) == broken.line);
    CHECK(refusal(with_overlay(R"({"extends": "preset:vsat"})")) ==
          R"(f.json:26: /faults/0/set/extends: not available in this version; leave it out)");
}

TEST_CASE("netem's words are read with netem's defaults") {
    const LinkProfile plain = fiber(R"({"loss": {"model": "gilbert-elliott", "step": "packet", "p": 0.1}})");
    CHECK(std::get<BurstsByPacket>(*plain.bursts).leave_bad == 0.9);
    CHECK(std::get<BurstsByPacket>(*plain.bursts).loss_bad == 1.0);
    const auto four = std::get<FourStates>(*fiber(R"({"loss": {"model": "state", "p13": 0.1}})").bursts);
    CHECK(four.p31 == 0.9);
    CHECK(four.p32 == 0.0);
    CHECK(four.p23 == 1.0);
    CHECK(four.p14 == 0.0);
    const LinkProfile gap = fiber(R"({"delay": "10ms", "reorder": {"gap": 5}})");
    CHECK(gap.reorder == 1.0);
    CHECK(gap.reorder_gap == 5);
    CHECK(gap.reorder_skips_delay);
    CHECK(!fiber(R"({"reorder": {"p": 0.1, "by": "1s"}})").reorder_skips_delay);
    CHECK(fiber(R"({"corrupt": 0.1})").has_checksum);
    CHECK(!fiber(R"({"corrupt": {"p": 0.1, "checksum": false}})").has_checksum);
    const LinkProfile atm = fiber(R"({"rate": {"up": "1mbit", "overhead": -14, "cell": 48, "cell_overhead": 5}})");
    CHECK(atm.overhead.packet_octets == -14);
    CHECK(atm.overhead.cell_octets == 48);
    CHECK(atm.overhead.cell_overhead_octets == 5);
    const SlotPlan drawn = fiber(R"({"slot": {"dist": "pareto", "delay": "5ms", "jitter": "1ms"}})").slots.value();
    CHECK(drawn.distribution == DelayDistribution::pareto);
    CHECK(drawn.shortest == 5ms);
    CHECK(drawn.jitter == 1ms);
    const SlotPlan slot = fiber(R"({"slot": {"min": "2ms"}})").slots.value();
    CHECK(slot.longest == 2ms);
    CHECK(slot.packets == 0);
}

TEST_CASE("what differs on the way down is laid over what holds both ways, also by a fault") {
    const LinkProfile link = fiber(
        R"({"delay": "10ms", "loss": {"model": "bernoulli", "p": 0.1}, "down": {"loss": {"model": "bernoulli", "p": 0.3}}})");
    CHECK(link.in(LinkWay::up).loss == 0.1);
    CHECK(link.in(LinkWay::down).loss == 0.3);
    CHECK(link.in(LinkWay::down).delay == 10ms);
    const LinkProfile rain = overlay(R"({"delay": "80ms", "down": {"delay": "90ms"}})");
    CHECK(rain.in(LinkWay::up).delay == 80ms);
    CHECK(rain.in(LinkWay::down).delay == 90ms);
    CHECK(rain.in(LinkWay::down).loss == 0.2);
    CHECK(&fiber("{}").in(LinkWay::down) != nullptr);
    CHECK(fiber("{}").down_differs.empty());
}

TEST_CASE("a table of delays is read as tc has them, and refused where a number is none") {
    const auto with_table = [](std::string_view file) {
        return R"({"delay": {"base": "60ms", "jitter": "25ms", "table": ")" TRUNKLINE_SOURCE_DIR "/" +
               std::string(file) + R"("}})";
    };
    const LinkProfile link = fiber(with_table("scenarios/links/handover.dist"));
    CHECK(link.distribution == DelayDistribution::table);
    CHECK(link.delay_table.size() == 128);
    CHECK(std::is_sorted(link.delay_table.begin(), link.delay_table.end()));
    CHECK(
        refusal(with_fiber(with_table("tests/simulator/scenario/small_scenario.hpp"))) ==
        R"(f.json:10: /links/fiber/delay/table: a table of whole numbers from -32768 to 32767 is wanted, in 1/8192 of the jitter; number 1 is none)");
}

TEST_CASE("exactly once is refused over a link that delivers what is damaged") {
    std::string text =
        with(R"("loss": {"model": "bernoulli", "p": "$p"})", R"("corrupt": {"p": 0.1, "checksum": false})");
    const auto replace = [&text](std::string_view before, std::string_view after) {
        text.replace(text.find(before), before.size(), after);
    };
    replace(R"("qos": 1,
)",
            R"("qos": 2,
)");
    replace(R"("filter": "line/#", "qos": 1)", R"("filter": "line/#", "qos": 2)");
    text = unjudged(text);
    text.replace(text.rfind("\n}"), std::string::npos,
                 R"(, "expect": [{"id": "X", "kind": "exactly-once", "of": "sensor:*", "to": "actor:scada"}]})");
    CHECK(refusal(text) ==
          R"(f.json:25: /expect/0/of: exactly once needs a checksum; the link of "PT@PS-01-1" has "checksum": false)");
    const std::string_view unchecked = R"(, "checksum": false)";
    CHECK(refusal(text.erase(text.find(unchecked), unchecked.size())) == "it is taken");
}

TEST_CASE("LoRa has an MTU of its own, and belongs to MQTT-SN") {
    const std::string lora = with(
        R"("radio": {"delay": {"base": "50ms", "jitter": "20ms", "dist": "uniform"}, "loss": {"model": "bernoulli", "p": "$p"}})",
        R"("radio": {"phy": {"kind": "lora", "sf": 10, "duty": 0.01}})");
    const LinkProfile radio = plan_of(unjudged(lora)).links.at(1);
    CHECK(radio.lora.value().spreading_factor == 10);
    CHECK(radio.lora.value().duty_cycle == 0.01);
    CHECK(radio.mtu_octets == 242);
    CHECK(
        refusal(lora) ==
        R"(f.json:28: /expect/1/of: the formula is about losses on the way; "radio" has a "phy", a "slot", a "limit" or an "mtu")");
}

TEST_CASE("the formula refuses links that it does not describe") {
    const auto said_of = [](std::string_view keys) {
        const std::string line = refusal(with(R"("loss": {"model": "bernoulli", "p": "$p"})", keys));
        return line == "it is taken" ? line : line.substr(line.find(": ") + 2);
    };
    CHECK(said_of(R"("loss": {"model": "gilbert-elliott", "step": "packet", "p": 0.1, "r": 0.5})") ==
          R"(/expect/1/of: the formula is about independent losses; "radio" has bursts)");
    CHECK(said_of(R"("rate": "1mbit")") ==
          R"(/expect/1/of: the formula is about losses on the way; the queue before the rate of "radio" may be full)");
    CHECK(said_of(R"("duplicate": 0.01)") ==
          R"(/expect/1/of: the formula counts each sending once; "radio" duplicates packets)");
    CHECK(
        said_of(R"("reorder": {"p": 0.01, "by": "4s"})") ==
        R"(/expect/1/of: the formula is about answers that come before the next try; over "radio" they may take longer than the 8s of "PT@PS-01-1")");
    CHECK(said_of(R"("reorder": {"p": 0.01, "by": "3900ms"})") == "it is taken");
}

// clang-format on

TEST_CASE("exactly once is refused where a copy may come after its MsgId is forgotten") {
    const auto said_of = [](std::string_view link) {
        std::string text = with(R"("loss": {"model": "bernoulli", "p": "$p"})", link);
        const auto replace = [&text](std::string_view before, std::string_view after) {
            text.replace(text.find(before), before.size(), after);
        };
        replace(R"("protocol": "mqtt-sn", "qos": 1)", R"("protocol": "mqtt-sn", "qos": 2)");
        replace(R"({"filter": "line/#", "qos": 1})", R"({"filter": "line/#", "qos": 2})");
        text.resize(text.find(R"("expect": [)"));
        text += R"("expect": [{"id": "E", "kind": "exactly-once", "of": "sensor:*", "to": "actor:scada"}]})";
        return refusal(text);
    };
    CHECK(said_of(R"("duplicate": {"p": 0.1, "lag": "19s"})") == "it is taken");
    CHECK(said_of(R"("duplicate": {"p": 0.1, "lag": "20s"})") ==
          "f.json:26: /expect/0/of: exactly once holds as long as copies lag less than the 20s for which gateways "
          "remember a MsgId; on the link of \"PT@PS-01-1\" one may lag 20s40ms");
}
