#include "simulator/main/first_of.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace trunkline::sim {

namespace {

class Search {
public:
    Search(std::size_t count, const Attempt& attempt) : first_(count), attempt_(attempt) {}

    void work() {
        try {
            // Numbers are taken in rising order, so that all below the first success have been tried.
            for (std::size_t number = next_++; number < first_; number = next_++) {
                if (attempt_(number, [&] { return number < first_; })) succeeded(number);
            }
        } catch (...) {
            const std::lock_guard lock(mutex_);
            if (!trouble_) trouble_ = std::current_exception();
            first_ = 0;
        }
    }
    std::size_t first() const {
        if (trouble_) std::rethrow_exception(trouble_);
        return first_;
    }

private:
    void succeeded(std::size_t number) {
        const std::lock_guard lock(mutex_);
        if (number < first_) first_ = number;
    }

    std::atomic<std::size_t> next_ = 0;
    std::atomic<std::size_t> first_;  // success; the number of attempts: none yet
    const Attempt& attempt_;
    std::mutex mutex_;  // guards who writes first_, and trouble_
    std::exception_ptr trouble_;
};

}  // namespace

std::optional<std::size_t> first_of(std::size_t count, std::uint64_t threads, const Attempt& attempt) {
    Search search(count, attempt);
    std::vector<std::thread> others;
    for (std::uint64_t number = 1; number < std::min<std::uint64_t>(threads, count); ++number)
        others.emplace_back([&search] { search.work(); });
    search.work();
    for (std::thread& thread : others) thread.join();
    const std::size_t first = search.first();
    return first < count ? std::optional(first) : std::nullopt;
}

}  // namespace trunkline::sim
