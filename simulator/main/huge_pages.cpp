#include "simulator/main/huge_pages.hpp"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace trunkline::sim {

namespace {

constexpr std::size_t page = std::size_t{2} << 20U;
constexpr int growth = 1 << 30;
constexpr int largest_within = 32 << 20;  // glibc's own bound for what may lie in the heap

std::uintptr_t heap_end() { return reinterpret_cast<std::uintptr_t>(::sbrk(0)); }

}  // namespace

void prefer_huge_pages() {
    const std::uintptr_t begin = (heap_end() + page - 1) / page * page;
    ::mallopt(M_TOP_PAD, growth);
    ::mallopt(M_MMAP_THRESHOLD, largest_within);
    void* volatile more_than_is_left = std::malloc(page);  // the heap grows now
    std::free(more_than_is_left);
    // Where there are none it is refused: then all is as it was.
    if (const std::uintptr_t end = heap_end(); begin < end)
        ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

}  // namespace trunkline::sim
