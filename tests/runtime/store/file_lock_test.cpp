#include "runtime/store/file_lock.hpp"

#include <doctest/doctest.h>

using namespace trunkline::runtime;

namespace {

struct Holder {
    FileLock& lock;
    LockLevel level = LockLevel::none;
    bool raise(LockLevel wanted) { return lock.raise(level, wanted); }
    void lower(LockLevel wanted) { lock.lower(level, wanted); }
};

}  // namespace

TEST_CASE("many read while one prepares to write") {
    FileLock lock;
    Holder a{lock};
    Holder b{lock};
    REQUIRE(a.raise(LockLevel::shared));
    REQUIRE(a.raise(LockLevel::reserved));
    CHECK(lock.has_writer());
    CHECK(b.raise(LockLevel::shared));
    CHECK_FALSE(b.raise(LockLevel::reserved));
    CHECK_FALSE(b.raise(LockLevel::exclusive));
    CHECK(b.level == LockLevel::shared);
}

TEST_CASE("a writer waits for readers to leave and lets no new one in") {
    FileLock lock;
    Holder a{lock};
    Holder b{lock};
    Holder c{lock};
    REQUIRE(a.raise(LockLevel::shared));
    REQUIRE(b.raise(LockLevel::shared));
    CHECK_FALSE(a.raise(LockLevel::exclusive));
    CHECK(a.level == LockLevel::pending);
    CHECK_FALSE(c.raise(LockLevel::shared));
    b.lower(LockLevel::none);
    CHECK(a.raise(LockLevel::exclusive));
    CHECK_FALSE(c.raise(LockLevel::shared));
    a.lower(LockLevel::shared);
    CHECK_FALSE(lock.has_writer());
    CHECK(c.raise(LockLevel::shared));
    a.lower(LockLevel::none);
    CHECK_FALSE(lock.is_free());
    c.lower(LockLevel::none);
    CHECK(lock.is_free());
}
