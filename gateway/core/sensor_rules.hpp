#pragma once
// Which sensors are let in, and what they may do.

#include <optional>
#include <string_view>

#include "protocol/access/acl.hpp"
#include "protocol/access/name_patterns.hpp"

namespace trunkline::gateway {

/// Replaced as a whole when its files have been read again. In the ACL a sensor's user name is its ClientId: lines
/// behind `user ps-117` are those of the sensor ps-117, %c and %u both stand for it. The lines before the first `user`
/// are for sensors that have no ClientId, those of QoS -1.
struct SensorRules {
    std::optional<NamePatterns> allowed{};  // nothing: all
    std::optional<Acl> acl{};               // nothing: everybody may do everything

    /// Without a ClientId (QoS -1) it is let in by a pattern that means the empty name, as * does.
    bool lets_in(std::string_view client_id) const { return !allowed || allowed->match(client_id); }
    bool may_publish(std::string_view client_id, std::string_view topic) const {
        return !acl || acl->decide(client_of(client_id), Access::write, topic).allowed;
    }
    bool may_receive(std::string_view client_id, std::string_view topic) const {
        return !acl || acl->decide(client_of(client_id), Access::read, topic).allowed;
    }
    /// Something that matches could be received. `pattern`: without $share/NAME/.
    bool may_subscribe(std::string_view client_id, std::string_view pattern) const {
        return !acl || acl->decide_subscription(client_of(client_id), pattern).allowed;
    }

private:
    static AclClient client_of(std::string_view client_id) {
        return {client_id.empty() ? std::nullopt : std::optional(client_id), client_id};
    }
};

}  // namespace trunkline::gateway
