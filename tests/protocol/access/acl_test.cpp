#include "protocol/access/acl.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace trunkline;

namespace {

Acl acl_of(std::string_view text) {
    auto acl = Acl::parse(text);
    REQUIRE_MESSAGE(acl, text);
    return *std::move(acl);
}

AclClient named(std::string_view user, std::string_view client_id = "c1") { return {user, client_id}; }
AclClient anonymous(std::string_view client_id = "c1") { return {std::nullopt, client_id}; }

constexpr Access both[] = {Access::read, Access::write};

}  // namespace

TEST_CASE("read, write, readwrite and nothing at all say what a line allows") {
    const Acl acl = acl_of("topic read r\ntopic write w\ntopic readwrite rw\ntopic both\n");
    for (const Access access : both) {
        CHECK(acl.decide(anonymous(), access, "r").allowed == (access == Access::read));
        CHECK(acl.decide(anonymous(), access, "w").allowed == (access == Access::write));
        CHECK(acl.decide(anonymous(), access, "rw").allowed);
        CHECK(acl.decide(anonymous(), access, "both").allowed);
        CHECK_FALSE(acl.decide(anonymous(), access, "other").allowed);
    }
}

TEST_CASE("lines before the first user are for anonymous clients alone") {
    const Acl acl = acl_of("topic public/#\nuser operator\ntopic station/#\nuser guest\ntopic read station/7\n");
    CHECK(acl.decide(anonymous(), Access::write, "public/x").allowed);
    CHECK_FALSE(acl.decide(named("operator"), Access::write, "public/x").allowed);
    CHECK(acl.decide(named("operator"), Access::write, "station/7").allowed);
    CHECK_FALSE(acl.decide(named("guest"), Access::write, "station/7").allowed);
    CHECK(acl.decide(named("guest"), Access::read, "station/7").allowed);
    CHECK_FALSE(acl.decide(named("stranger"), Access::read, "station/7").allowed);
    CHECK_FALSE(acl.decide(anonymous(), Access::read, "station/7").allowed);
}

TEST_CASE("what is denied is denied, wherever the line stands among the client's own") {
    const Acl acl = acl_of("user operator\ntopic readwrite station/#\ntopic deny station/7/#\n");
    for (const Access access : both) {
        CHECK(acl.decide(named("operator"), access, "station/6").allowed);
        const AclDecision denied = acl.decide(named("operator"), access, "station/7/valve");
        CHECK_FALSE(denied.allowed);
        CHECK(denied.because == AclDecision::Because::line);
        REQUIRE(denied.rule != nullptr);
        CHECK(denied.rule->line == 3);
        CHECK(denied.rule->text == "topic deny station/7/#");
    }
}

TEST_CASE("one pattern line limits every client to its own topics") {
    const Acl acl = acl_of("pattern readwrite device/%c/#\n");
    CHECK(acl.decide(anonymous("ps-117"), Access::write, "device/ps-117/pressure").allowed);
    CHECK_FALSE(acl.decide(anonymous("ps-117"), Access::write, "device/ps-118/pressure").allowed);
    CHECK(acl.decide(named("operator", "ps-118"), Access::read, "device/ps-118").allowed);
}

TEST_CASE("%u stands for the user name, which an anonymous client does not have") {
    const Acl acl = acl_of("pattern write in/%u/%c\npattern deny in/%u/locked\n");
    CHECK(acl.decide(named("north", "ps-1"), Access::write, "in/north/ps-1").allowed);
    CHECK_FALSE(acl.decide(named("north", "ps-1"), Access::write, "in/south/ps-1").allowed);
    CHECK_FALSE(acl.decide(named("north", "locked"), Access::write, "in/north/locked").allowed);
    CHECK_FALSE(acl.decide(anonymous("ps-1"), Access::write, "in//ps-1").allowed);
    CHECK_FALSE(acl.decide(named("", "ps-1"), Access::write, "in//ps-1").allowed);
}

TEST_CASE("names with wildcards or slashes are no keys to others' topics") {
    const Acl acl = acl_of("user +\ntopic own\npattern device/%c/#\npattern free\n");
    for (const char* id : {"+", "#", "a+", "ps/#"}) {
        const AclDecision decision = acl.decide(anonymous(id), Access::read, "free");
        CHECK_FALSE(decision.allowed);
        CHECK(decision.because == AclDecision::Because::wildcard_name);
    }
    CHECK(acl.decide(named("+"), Access::read, "own").allowed);
    CHECK_FALSE(acl.decide(anonymous("ps-1/valve"), Access::write, "device/ps-1/valve").allowed);
    CHECK(acl.decide(anonymous("ps-1/valve"), Access::write, "free").allowed);
}

TEST_CASE("[MQTT-4.7.2-1] topics with $ are meant only by lines that begin with it") {
    const Acl acl = acl_of("topic read #\nuser operator\ntopic read $SYS/#\npattern %c/#\n");
    CHECK_FALSE(acl.decide(anonymous(), Access::read, "$SYS/uptime").allowed);
    CHECK_FALSE(acl.decide(anonymous("$SYS"), Access::read, "$SYS/uptime").allowed);
    CHECK(acl.decide(named("operator"), Access::read, "$SYS/uptime").allowed);
    CHECK_FALSE(acl.decide_subscription(anonymous("$SYS"), "$SYS/#").allowed);
    CHECK(acl.decide_subscription(named("operator"), "$SYS/#").allowed);
}

TEST_CASE("the client's own lines decide before patterns do") {
    const Acl acl = acl_of("user operator\ntopic read a/1\npattern deny a/#\npattern read b/#\n");
    CHECK(acl.decide(named("operator"), Access::read, "a/1").allowed);
    CHECK_FALSE(acl.decide(named("operator"), Access::read, "a/2").allowed);
    CHECK(acl.decide(named("operator"), Access::read, "b/1").allowed);
    CHECK(acl.decide(named("stranger"), Access::read, "b/1").allowed);
}

TEST_CASE("a subscription is allowed if it could bring something") {
    const Acl acl = acl_of("topic read station/+/pressure\ntopic deny station/9/#\ntopic write out/#\n");
    for (const char* pattern : {"#", "station/#", "station/7/pressure", "+/+/+", "station/+/pressure"})
        CHECK_MESSAGE(acl.decide_subscription(anonymous(), pattern).allowed, pattern);
    for (const char* pattern : {"station/9/#", "station/9/pressure", "out/#", "station/7", "$SYS/#"})
        CHECK_MESSAGE(!acl.decide_subscription(anonymous(), pattern).allowed, pattern);
}

TEST_CASE("an empty file allows nothing") {
    for (const char* text : {"", "# nothing\n\n", "user operator\n"}) {
        const AclDecision decision = acl_of(text).decide(named("operator"), Access::read, "a");
        CHECK_FALSE(decision.allowed);
        CHECK(decision.because == AclDecision::Because::no_line);
    }
}

TEST_CASE("blanks and line ends are Mosquitto's: filters may have spaces behind the kind of access") {
    const Acl acl = acl_of("  user   big operator \r\ntopic\tread  a b/c d\r\n\r\n");
    CHECK(acl.decide(named("big operator"), Access::read, "a b/c d").allowed);
}

TEST_CASE("a malformed line of an ACL file is named with what is wrong and what helps") {
    struct Row {
        const char* line;
        const char* reason;
    };
    for (const Row& row : {
             Row{"user", "a user name is missing behind user"},
             Row{"user \xff", "the user name is no MQTT string"},
             Row{"topic", "a topic filter is missing"},
             Row{"pattern   ", "a topic filter is missing"},
             Row{"topic read", "a topic filter is missing behind read"},
             Row{"topic raed a/b", "read, write, readwrite or deny is wanted instead of \"raed\""},
             Row{"topic a b", "read, write, readwrite or deny is wanted instead of \"a\""},
             Row{"topic read a/#/b", "\"a/#/b\" is not a topic filter"},
             Row{"topic a+", "\"a+\" is not a topic filter"},
             Row{"topic read $share/g/a", "lines name topics: write what stands behind $share/NAME/"},
             Row{"pattern read device-%c/#", "%c and %u must have a topic level to themselves"},
             Row{"pattern %c%u", "%c and %u must have a topic level to themselves"},
             Row{"topics read a", "user, topic or pattern is wanted instead of \"topics\""},
         }) {
        const auto acl = Acl::parse(std::string("# one\ntopic a\n") + row.line + "\n");
        REQUIRE_MESSAGE(!acl, row.line);
        CHECK(acl.error().line == 3);
        CHECK(acl.error().reason == row.reason);
    }
}
