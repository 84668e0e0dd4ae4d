#include "runtime/transport/proxy_layer.hpp"

#include <optional>

#include "protocol/carrier/proxy_header.hpp"

namespace trunkline::runtime {

namespace {

class ProxyLayer : public StreamLayer {
public:
    void received(ByteView octets, OutputBytes& up, OutputBytes&) override {
        if (status_ == Status::open) return up.append(octets);
        if (status_ != Status::opening) return;
        front_.append(octets);
        const auto header = carrier::parse_proxy_header(front_.view());
        if (!header) {
            failure_ = header.error();
            status_ = Status::failed;
        } else if (*header) {
            source_ = (*header)->source;
            up.append(front_.view().subspan((*header)->size));
            front_ = OutputBytes();
            status_ = Status::open;
        }
    }
    void send(ByteView octets, OutputBytes& down) override { down.append(octets); }
    void close(OutputBytes&) override {}
    Status status() const override { return status_; }
    std::string_view failure() const override { return failure_; }
    void describe(StreamOrigin& origin) const override {
        if (source_) origin.peer = to_string(*source_);
    }
    bool stays() const override { return false; }

private:
    OutputBytes front_;
    std::optional<Address> source_;
    std::string_view failure_;
    Status status_ = Status::opening;
};

}  // namespace

std::unique_ptr<StreamLayer> make_proxy_layer() { return std::make_unique<ProxyLayer>(); }

}  // namespace trunkline::runtime
