// The program's operator new: small pieces of memory that were given back are kept for the next one who wants as much.
//
// A world takes and gives back a dozen of them for each reading. malloc() and free() are for everybody: with their
// checks and their bounds a pair of them takes some 150 instructions, an eleventh of all that a run does. Here it is a
// few. docs/decisions/0042 has the argument.

#include <malloc.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace {

struct Piece {
    Piece* next;
};

constexpr std::size_t grain = 16;  // what malloc() aligns to
constexpr std::size_t largest = 512;

/// So many of a kind are kept at the most; beyond that they are the system's again: a thread that only gives back what
/// others took does not keep without end.
constexpr std::uint32_t most_of_a_kind = 16384;

/// Of one size, last in, first out: given back by this thread, whoever took them.
struct Kept {
    Piece* first = nullptr;
    std::uint32_t count = 0;
};
/// Of 16, 32 … 512 octets.
constinit thread_local std::array<Kept, largest / grain> kept{};

/// What a thread has kept goes back when it ends.
struct Leaver {
    ~Leaver() {
        for (Kept& kind : kept) {
            while (Piece* const piece = kind.first) {
                kind.first = piece->next;
                std::free(piece);
            }
        }
    }
};

[[gnu::noinline]] void* from_system(std::size_t octets) {
    static thread_local Leaver leaver;
    for (;;) {
        if (void* const fresh = std::malloc(octets)) return fresh;
        const std::new_handler handler = std::get_new_handler();
        if (handler == nullptr) throw std::bad_alloc();
        handler();
    }
}

void keep(void* memory, Kept& kind) {
    if (kind.count == most_of_a_kind) [[unlikely]]
        return std::free(memory);
    kind.first = ::new (memory) Piece{kind.first};
    ++kind.count;
}

}  // namespace

// Zero octets are no small piece: 0 - 1 is the largest number.

void* operator new(std::size_t octets) {
    if (octets - 1 >= largest) return from_system(octets);
    Kept& kind = kept[(octets - 1) / grain];
    Piece* const piece = kind.first;
    if (piece == nullptr) return from_system((octets + grain - 1) / grain * grain);
    kind.first = piece->next;
    --kind.count;
    return piece;
}

void operator delete(void* memory, std::size_t octets) noexcept {
    if (memory == nullptr) return;
    if (octets - 1 >= largest) return std::free(memory);
    keep(memory, kept[(octets - 1) / grain]);
}

void operator delete(void* memory) noexcept {
    if (memory == nullptr) return;
    const std::size_t kind = ::malloc_usable_size(memory) / grain - 1;  // at least so large
    if (kind >= kept.size()) return std::free(memory);
    keep(memory, kept[kind]);
}
