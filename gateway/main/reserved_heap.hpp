#pragma once
// Memory that is there before a storm of sensors wants it.

#include <cstddef>

namespace trunkline::gateway {

/// Makes malloc() of this thread hold so many bytes, in pages that the system has already given and cleared: each that
/// it gives later takes a microsecond or two, of a moment when hundreds of sensors connect at once. They are not given
/// back. Of each thread once, before it takes much else.
void reserve_heap(std::size_t bytes);

}  // namespace trunkline::gateway
