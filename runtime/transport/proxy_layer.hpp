#pragma once
// The PROXY header in front of everything else.

#include "runtime/transport/stream_layer.hpp"

namespace trunkline::runtime {

/// Waits for the header, takes it off, and names its source as the stream's peer. Then it has nothing more to do.
std::unique_ptr<StreamLayer> make_proxy_layer();

}  // namespace trunkline::runtime
