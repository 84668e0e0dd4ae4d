#include "runtime/transport/websocket_layer.hpp"

#include <algorithm>
#include <string>

#include "protocol/carrier/websocket_frames.hpp"

namespace trunkline::runtime {

namespace {

constexpr std::string_view end_of_header = "\r\n\r\n";

class WebSocketLayer : public StreamLayer {
public:
    explicit WebSocketLayer(const WebSocketSettings& settings) : settings_(settings), reader_(settings.frame_limit) {}

    void received(ByteView octets, OutputBytes& up, OutputBytes& down) override {
        if (status_ == Status::opening) octets = take_request(octets, down);
        if (status_ != Status::open) return;
        reader_.received(octets, up, down);
        if (!reader_.is_over()) return;
        failure_ = reader_.failure();
        status_ = failure_.empty() ? Status::ended : Status::failed;
    }

    void send(ByteView octets, OutputBytes& down) override {
        // One frame for what leaves together: packets need not begin with a frame. [MQTT-6.0.0-2]
        carrier::append_frame(carrier::WebSocketOpcode::binary, octets, down);
    }

    void close(OutputBytes& down) override {
        if (status_ == Status::open) carrier::append_close(carrier::WebSocketStatus::normal, down);
    }

    Status status() const override { return status_; }
    std::string_view failure() const override { return failure_; }

private:
    /// Returns what follows the request.
    ByteView take_request(ByteView octets, OutputBytes& down) {
        const std::size_t before = request_.size();
        request_ += as_text(octets.first(std::min(octets.size(), longest_upgrade_header + 1 - before)));
        const std::size_t searched = before < end_of_header.size() ? 0 : before - end_of_header.size();
        const std::size_t end = request_.find(end_of_header, searched);
        const std::size_t size = end == std::string::npos ? request_.size() : end + end_of_header.size();
        if (size > longest_upgrade_header) {
            give(answer_overlong_upgrade(), down);
            return {};
        }
        if (end == std::string::npos) return {};
        give(answer_upgrade(std::string_view(request_).substr(0, size), settings_), down);
        std::string().swap(request_);
        return octets.subspan(size - before);
    }

    void give(const UpgradeAnswer& answer, OutputBytes& down) {
        down.append(as_byte_view(answer.response));
        failure_ = answer.refusal;
        status_ = failure_.empty() ? Status::open : Status::failed;
    }

    const WebSocketSettings& settings_;
    std::string request_;
    carrier::WebSocketReader reader_;
    std::string_view failure_;
    Status status_ = Status::opening;
};

}  // namespace

std::unique_ptr<StreamLayer> make_websocket_layer(const WebSocketSettings& settings) {
    return std::make_unique<WebSocketLayer>(settings);
}

}  // namespace trunkline::runtime
