#include "broker/net/password_worker.hpp"

#include <optional>
#include <string>

#include <doctest/doctest.h>

#include "broker/net/password_digest.hpp"

using namespace trunkline;
using namespace trunkline::broker;

namespace {

AuthCheck check(std::uint64_t id, std::string user, std::string_view password, Instant give_up_at = Instant::max()) {
    const ByteView octets = as_byte_view(password);
    return {AuthId{id}, std::move(user), {octets.begin(), octets.end()}, give_up_at};
}

/// A worker, and verdicts as they come.
class Desk {
public:
    Desk() : worker_([this] { wake(); }) {}
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
    PasswordWorker& worker() { return worker_; }

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
    PasswordWorker worker_;
};

std::shared_ptr<const PasswordFile> file_of(std::string_view text) {
    return std::make_shared<const PasswordFile>(*PasswordFile::parse(text));
}

}  // namespace

TEST_CASE("verdicts come in the order of the questions: right, wrong, and nobody of that name") {
    const std::string line = password_line("north", hash_password(as_byte_view("secret"), 1));
    Desk desk;
    desk.worker().submit({check(1, "north", "secret"), check(2, "north", "guess"), check(3, "south", "secret")},
                         file_of(line));
    desk.worker().submit({check(4, "north", "secret")}, file_of(""));
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
    desk.worker().submit(std::move(many), file_of(line));
    CHECK(desk.verdicts(1).size() >= 1);
}

TEST_CASE("a question whose asker has gone costs nothing and gets no answer") {
    const std::string line = password_line("north", hash_password(as_byte_view("secret"), 1));
    Desk desk;
    desk.worker().submit({check(1, "north", "secret", Instant::min()), check(2, "north", "secret")}, file_of(line));
    const std::vector<Verdict> verdicts = desk.verdicts(1);
    REQUIRE(verdicts.size() == 1);
    CHECK(verdicts.front().id == AuthId{2});
}
