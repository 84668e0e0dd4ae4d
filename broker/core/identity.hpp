#pragma once
// Who a client is to the access rules.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/access/acl.hpp"
#include "broker/core/retained_source.hpp"

namespace trunkline::broker {

/// Remembers what was decided last: sensors publish to the same few topics again and again.
class Identity {
public:
    /// Nothing: an anonymous client.
    explicit Identity(std::optional<std::string> user) : user_(std::move(user)) {}

    const std::optional<std::string>& user() const { return user_; }
    /// The same for all that this client retains.
    const RetainedSourcePtr& as_source(std::string_view client_id) {
        if (!source_) source_ = RetainedSource::make(std::string(client_id), user_);
        return source_;
    }
    AclClient as_client(std::string_view client_id) const {
        return {user_ ? std::optional<std::string_view>(*user_) : std::nullopt, client_id};
    }
    /// `generation` changes with the rules.
    bool may(const Acl& acl, std::uint64_t generation, std::string_view client_id, Access access,
             std::string_view topic);

private:
    struct Decision {
        std::string topic;
        Access access{};
        bool allowed = false;
    };
    static constexpr std::size_t decision_limit = 8;

    std::optional<std::string> user_;
    RetainedSourcePtr source_;  // none: it has retained nothing
    std::vector<Decision> decisions_;
    std::size_t oldest_ = 0;        // the one that is forgotten next
    std::uint64_t generation_ = 0;  // of the rules that decided
};

}  // namespace trunkline::broker
