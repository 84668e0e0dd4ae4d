#include "runtime/transport/stream_layer.hpp"

#include <algorithm>

namespace trunkline::runtime {

void LayerStack::pass_up(std::size_t index, ByteView octets, OutputBytes& to_owner, OutputBytes& to_peer) {
    const bool is_top = index + 1 == layers_.size();
    OutputBytes up;
    OutputBytes down;
    layers_[index]->received(octets, is_top ? to_owner : up, down);
    pass_down(index, down.view(), to_peer);
    if (!up.empty()) pass_up(index + 1, up.view(), to_owner, to_peer);
}

void LayerStack::pass_down(std::size_t index, ByteView octets, OutputBytes& to_peer) {
    if (octets.empty()) return;
    if (index == 0) return to_peer.append(octets);
    if (index == 1) return layers_[0]->send(octets, to_peer);
    OutputBytes down;
    layers_[index - 1]->send(octets, down);
    pass_down(index - 1, down.view(), to_peer);
}

void LayerStack::close(OutputBytes& to_peer) {
    for (std::size_t index = layers_.size(); index-- > 0;) {
        OutputBytes down;
        layers_[index]->close(down);
        pass_down(index, down.view(), to_peer);
    }
}

LayerStack::Status LayerStack::status() const {
    Status all = Status::open;
    for (const auto& layer : layers_) {
        const Status status = layer->status();
        if (status == Status::failed || status == Status::ended) return status;
        if (status == Status::opening) all = status;
    }
    return all;
}

std::string_view LayerStack::failure() const {
    for (const auto& layer : layers_) {
        if (layer->status() == Status::failed) return layer->failure();
    }
    return {};
}

void LayerStack::describe(StreamOrigin& origin) const {
    for (const auto& layer : layers_) layer->describe(origin);
}

void LayerStack::settle() {
    std::erase_if(layers_, [](const auto& layer) { return !layer->stays(); });
    layers_.shrink_to_fit();
}

}  // namespace trunkline::runtime
