#pragma once
// Large pages of memory for large worlds.

namespace trunkline::sim {

/// Before much is allocated, and from the main thread, whose heap it is about.
///
/// A world of ten thousand sensors lies in some 20,000 pages of 4 KiB, ten
/// times as many as a processor's table of translations holds, and each reading
/// touches it everywhere: with pages of 2 MiB it runs about a sixth faster.
/// Linux gives them to whoever asks (transparent_hugepage/enabled: madvise, its
/// usual setting). Here the first GiB of the heap asks; only what is used of it
/// takes memory.
void prefer_huge_pages();

}  // namespace trunkline::sim
