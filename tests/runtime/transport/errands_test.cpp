#include "runtime/transport/errands.hpp"

#include <doctest/doctest.h>

#include <thread>

using namespace trunkline::runtime;
using namespace std::chrono_literals;

TEST_CASE("errands: another thread does it within its rounds, and the asking one waits for it") {
    EventLoop loop;
    Errands errands(loop);
    std::thread::id done_by;
    int rounds = 0;
    std::thread worker([&] {
        while (!loop.stop_requested()) {
            loop.run_round(std::nullopt);
            errands.do_all();
            ++rounds;
        }
        errands.close();
    });
    int sum = 0;
    for (int number = 1; number <= 100; ++number) {
        CHECK(errands.run([&] {
            sum += number;
            done_by = std::this_thread::get_id();
        }));
    }
    CHECK(sum == 5'050);
    CHECK(done_by == worker.get_id());
    loop.request_stop();
    worker.join();
    CHECK_FALSE(errands.run([&] { sum = 0; }));
    CHECK(sum == 5'050);
}

TEST_CASE("errands: what nobody comes to do is given up, and is not done later") {
    EventLoop loop;
    Errands errands(loop);
    bool is_done = false;
    CHECK_FALSE(errands.run([&] { is_done = true; }, 1ms));
    errands.do_all();
    CHECK_FALSE(is_done);
}
