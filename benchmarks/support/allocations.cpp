#include "benchmarks/support/allocations.hpp"

#include <malloc.h>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::uint64_t> count{0};
std::atomic<std::uint64_t> bytes{0};
std::atomic<std::int64_t> held{0};

// Not fetch_add: a locked instruction would cost more than the allocator. Only the storage benchmarks have threads, and
// there a lost count does not matter.
template <typename Number>
void add(std::atomic<Number>& sum, Number what) {
    sum.store(sum.load(std::memory_order_relaxed) + what, std::memory_order_relaxed);
}

void* allocate(std::size_t wanted, std::size_t alignment) {
    const std::size_t size = wanted == 0 ? 1 : wanted;
    // aligned_alloc wants a multiple of the alignment.
    void* memory = alignment <= alignof(std::max_align_t)
                       ? std::malloc(size)
                       : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
    if (memory == nullptr) throw std::bad_alloc();
    add(count, std::uint64_t{1});
    add(bytes, std::uint64_t{wanted});
    add(held, static_cast<std::int64_t>(::malloc_usable_size(memory)));
    return memory;
}

void release(void* memory) noexcept {
    add(held, -static_cast<std::int64_t>(::malloc_usable_size(memory)));  // 0 for nullptr
    std::free(memory);
}

}  // namespace

trunkline::bench::Allocations trunkline::bench::allocations() { return {count.load(), bytes.load(), held.load()}; }

// The array and nothrow forms of the standard library call these.
void* operator new(std::size_t size) { return allocate(size, 0); }
void* operator new(std::size_t size, std::align_val_t alignment) {
    return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }
