#include "simulator/capture/pcapng.hpp"

namespace trunkline::sim {

namespace {

// Option codes: common ones (§3.5), and those of an interface (§4.2).
constexpr std::uint16_t opt_endofopt = 0;
constexpr std::uint16_t opt_comment = 1;
constexpr std::uint16_t shb_userappl = 4;
constexpr std::uint16_t if_name = 2;
constexpr std::uint16_t if_tsresol = 9;

/// A block while it is written. Its length stands in front and behind.
class Block {
public:
    explicit Block(std::uint32_t type) {
        put(type, 4);
        put(0, 4);  // the length, set by take()
    }

    Block& put(std::uint64_t number, unsigned octets) {
        for (unsigned octet = 0; octet < octets; ++octet) text_ += static_cast<char>(number >> (8 * octet) & 0xffU);
        return *this;
    }
    /// With the octets that fill the last four.
    Block& put(std::string_view octets) {
        text_ += octets;
        text_.append((4 - text_.size() % 4) % 4, '\0');
        return *this;
    }
    Block& option(std::uint16_t code, std::string_view value) {
        has_options_ = true;
        return put(code, 2).put(value.size(), 2).put(value);
    }
    std::string take() {
        if (has_options_) put(opt_endofopt, 2).put(0, 2);
        const std::size_t length = text_.size() + 4;
        put(length, 4);
        for (unsigned octet = 0; octet < 4; ++octet)
            text_[length_at + octet] = static_cast<char>(length >> (8 * octet) & 0xffU);
        return std::move(text_);
    }

private:
    static constexpr std::size_t length_at = 4;
    std::string text_;
    bool has_options_ = false;
};

}  // namespace

std::string section_header(std::string_view comment) {
    constexpr std::uint32_t type = 0x0a0d0d0a;
    constexpr std::uint32_t byte_order_magic = 0x1a2b3c4d;
    constexpr std::uint64_t unknown_length = ~std::uint64_t{0};
    Block block(type);
    block.put(byte_order_magic, 4).put(1, 2).put(0, 2).put(unknown_length, 8);
    block.option(shb_userappl, "trunkline-sim");
    if (!comment.empty()) block.option(opt_comment, comment);
    return block.take();
}

std::string interface_description(std::string_view name) {
    constexpr std::uint32_t type = 1;
    constexpr std::string_view nanoseconds = "\x09";  // ten to the minus nine
    Block block(type);
    block.put(linktype_raw, 2).put(0, 2).put(0, 4);  // no limit of length
    return block.option(if_name, name).option(if_tsresol, nanoseconds).take();
}

std::string enhanced_packet(std::uint32_t interface, WallTime at, ByteView packet, std::string_view comment) {
    constexpr std::uint32_t type = 6;
    const auto time = static_cast<std::uint64_t>(at.time_since_epoch().count());
    Block block(type);
    block.put(interface, 4).put(time >> 32U, 4).put(time & 0xffffffffU, 4);
    block.put(packet.size(), 4).put(packet.size(), 4).put(as_text(packet));
    if (!comment.empty()) block.option(opt_comment, comment);
    return block.take();
}

}  // namespace trunkline::sim
