#include "broker/core/identity.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::broker;

TEST_CASE("an identity remembers decisions as they were, however many topics there are") {
    const Acl acl = *Acl::parse("topic read even/#\ntopic write odd/#\n");
    Identity identity(std::nullopt);
    for (int round = 0; round < 3; ++round) {
        for (int index = 0; index < 20; ++index) {
            const std::string topic = (index % 2 == 0 ? "even/" : "odd/") + std::to_string(index);
            CHECK(identity.may(acl, 1, "c", Access::read, topic) == (index % 2 == 0));
            CHECK(identity.may(acl, 1, "c", Access::write, topic) == (index % 2 != 0));
            CHECK(identity.may(acl, 1, "c", Access::read, topic) == (index % 2 == 0));
        }
    }
}

TEST_CASE("an identity forgets what other rules decided") {
    const Acl before = *Acl::parse("user north\ntopic a\n");
    const Acl after = *Acl::parse("user south\ntopic a\n");
    Identity identity("north");
    CHECK(identity.may(before, 1, "c", Access::read, "a"));
    CHECK(identity.may(after, 1, "c", Access::read, "a"));  // the same generation: it was decided already
    CHECK_FALSE(identity.may(after, 2, "c", Access::read, "a"));
}
