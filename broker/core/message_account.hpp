#pragma once
// How many messages are in memory, and how large they are together.

#include <cstddef>
#include <cstdint>

#include "broker/core/counted.hpp"

namespace trunkline::broker {

/// Counts messages from count_in() to their end, each once, however many queues hold it. Shared by its broker and the
/// messages, since a batch may outlive the broker that it comes from. Not atomic, as Counted is not.
class MessageAccount {
public:
    static Counted<MessageAccount> make() { return Counted<MessageAccount>(new MessageAccount()); }
    static void destroy(const MessageAccount* account) { delete account; }

    void enter(std::size_t bytes) const {
        ++messages_;
        bytes_ += bytes;
    }
    void leave(std::size_t bytes) const {
        --messages_;
        bytes_ -= bytes;
    }
    std::size_t messages() const { return messages_; }
    /// Footprints.
    std::size_t bytes() const { return bytes_; }

private:
    friend class Counted<MessageAccount>;
    MessageAccount() = default;
    ~MessageAccount() = default;

    mutable std::size_t references_ = 0;
    mutable std::size_t messages_ = 0;
    mutable std::size_t bytes_ = 0;
};

}  // namespace trunkline::broker
