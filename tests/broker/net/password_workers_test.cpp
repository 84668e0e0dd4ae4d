#include "broker/net/password_workers.hpp"

#include <chrono>
#include <optional>
#include <string>

#include <doctest/doctest.h>

#include "broker/net/password_digest.hpp"

using namespace trunkline;
using namespace trunkline::broker;

namespace {

AuthCheck check(std::uint64_t id, std::string user, std::string_view password, Instant give_up_at = Instant::max(),
                std::string source = "127.0.0.1") {
    const ByteView octets = as_byte_view(password);
    return {AuthId{id}, std::move(user), {octets.begin(), octets.end()}, give_up_at, {}, std::move(source)};
}

/// A worker, and verdicts as they come.
class Desk {
public:
    explicit Desk(unsigned workers = 1) : worker_(workers, remembered, [this] { wake(); }) {}
    VerifiedPasswords remembered{10, std::chrono::hours(1)};

    void submit(std::vector<AuthCheck> checks, const std::shared_ptr<const PasswordFile>& file) {
        for (AuthCheck& one : checks) worker_.submit({std::move(one), file, {}});
    }
    std::vector<Verdict> verdicts(std::size_t count) {
        std::vector<Verdict> all;
        while (all.size() < count) {
            std::unique_lock lock(mutex_);
            woken_.wait(lock, [this] { return is_woken_; });
            is_woken_ = false;
            lock.unlock();
            for (const Verdict& verdict : worker_.take_verdicts()) all.push_back(verdict);
        }
        return all;
    }
    PasswordWorkers& worker() { return worker_; }

private:
    void wake() {
        {
            const std::lock_guard lock(mutex_);
            is_woken_ = true;
        }
        woken_.notify_one();
    }

    std::mutex mutex_;
    std::condition_variable woken_;
    bool is_woken_ = false;
    PasswordWorkers worker_;
};

std::shared_ptr<const PasswordFile> file_of(std::string_view text) {
    return std::make_shared<const PasswordFile>(*PasswordFile::parse(text));
}

}  // namespace

TEST_CASE("verdicts come in the order of the questions: right, wrong, and nobody of that name") {
    const std::string line = password_line("north", hash_password(as_byte_view("secret"), 1));
    Desk desk;
    desk.submit({check(1, "north", "secret"), check(2, "north", "guess"), check(3, "south", "secret")}, file_of(line));
    desk.submit({check(4, "north", "secret")}, file_of(""));
    const std::vector<Verdict> verdicts = desk.verdicts(4);
    const AuthVerdict expected[] = {AuthVerdict::right, AuthVerdict::wrong, AuthVerdict::wrong, AuthVerdict::wrong};
    for (std::size_t index = 0; index < 4; ++index) {
        CHECK(verdicts[index].id == AuthId{index + 1});
        CHECK(verdicts[index].verdict == expected[index]);
    }
}

TEST_CASE("a worker ends although questions are left") {
    const std::string line = password_line("north", hash_password(as_byte_view("secret"), 1));
    Desk desk;
    std::vector<AuthCheck> many;
    for (std::uint64_t id = 0; id < 1000; ++id) many.push_back(check(id, "north", "secret"));
    desk.submit(std::move(many), file_of(line));
    CHECK(desk.verdicts(1).size() >= 1);
}

TEST_CASE("a question whose asker has gone costs nothing and gets no answer") {
    const std::string line = password_line("north", hash_password(as_byte_view("secret"), 1));
    Desk desk;
    desk.submit({check(1, "north", "secret", Instant::min()), check(2, "north", "secret")}, file_of(line));
    const std::vector<Verdict> verdicts = desk.verdicts(1);
    REQUIRE(verdicts.size() == 1);
    CHECK(verdicts.front().id == AuthId{2});
}

TEST_CASE("several workers answer every question once") {
    const std::string line = password_line("north", hash_password(as_byte_view("secret"), 1));
    Desk desk(4);
    CHECK(desk.worker().size() == 4);
    std::vector<AuthCheck> many;
    for (std::uint64_t id = 0; id < 200; ++id) many.push_back(check(id, "north", id % 2 == 0 ? "secret" : "guess"));
    desk.submit(std::move(many), file_of(line));
    std::vector<bool> seen(200);
    for (const Verdict& verdict : desk.verdicts(200)) {
        const auto id = static_cast<std::uint64_t>(verdict.id);
        CHECK_FALSE(seen[id]);
        seen[id] = true;
        CHECK(verdict.verdict == (id % 2 == 0 ? AuthVerdict::right : AuthVerdict::wrong));
    }
}

TEST_CASE("a peer that asks for much does not make the others wait behind it") {
    const std::string line = password_line("north", hash_password(as_byte_view("secret"), 100'000));
    Desk desk;
    std::vector<AuthCheck> questions;
    for (std::uint64_t id = 0; id < 50; ++id) questions.push_back(check(id, "north", "guess"));
    questions.push_back(check(50, "north", "secret", Instant::max(), "10.0.0.7"));
    desk.submit(std::move(questions), file_of(line));
    std::size_t before = 0;
    for (bool is_there = false; !is_there;) {
        for (const Verdict& verdict : desk.verdicts(1)) {
            is_there = is_there || verdict.id == AuthId{50};
            if (!is_there) ++before;
        }
    }
    CHECK(before < 50);
}

TEST_CASE("a password that many clients share is hashed once, and a wrong one each time") {
    const std::string line = password_line("north", hash_password(as_byte_view("secret"), 1));
    const auto file = file_of(line);
    Desk desk;
    for (std::uint64_t id = 0; id < 20; ++id) {
        const std::string_view password = id % 2 == 0 ? "secret" : "guess";
        const auto digest = desk.remembered.digest_of("north", as_byte_view(password), *file->find("north"));
        desk.worker().submit({check(id, "north", password), file, digest});
    }
    for (const Verdict& verdict : desk.verdicts(20)) {
        const bool is_right = static_cast<std::uint64_t>(verdict.id) % 2 == 0;
        CHECK(verdict.verdict == (is_right ? AuthVerdict::right : AuthVerdict::wrong));
    }
    CHECK(desk.remembered.size() == 1);
    // Against a file that knows nobody any more, only what was right before is right: it was not hashed.
    const auto digest = desk.remembered.digest_of("north", as_byte_view("secret"), *file->find("north"));
    desk.worker().submit({check(20, "north", "secret"), file_of(""), digest});
    CHECK(desk.verdicts(1).front().verdict == AuthVerdict::right);
}
