#include "runtime/transport/loop_streams.hpp"

namespace trunkline::runtime {

Url LoopStreams::listen(const ListenerSettings& settings) {
    return listeners_.emplace_back(loop_, streams_, settings).bound();
}

std::vector<IncomingStreams::Reloaded> LoopStreams::reload() {
    std::vector<Reloaded> all;
    for (TcpListener& listener : listeners_) all.push_back({to_string(listener.bound()), listener.reload()});
    return all;
}

StreamId LoopStreams::accepted(const StreamOrigin& origin) {
    const StreamId id{++last_id_};
    events_.accepted(id, origin);
    return id;
}

}  // namespace trunkline::runtime
