// What a client may do: access rules, asked when it publishes, subscribes and is delivered to.

#include <algorithm>
#include <memory>
#include <utility>

#include "broker/core/broker.hpp"

namespace trunkline::broker {

/// Connections stay, and so do subscriptions: what is delivered is decided message by message.
void Broker::set_access(AccessRules access) {
    const auto shared = std::make_shared<const AccessRules>(std::move(access));
    for (Listener& listener : entrances_) listener.access = shared;
    access_changed();
}

void Broker::set_access(std::shared_ptr<const AccessRules> access, ListenerId listener) {
    entrances_[static_cast<std::size_t>(listener)].access = std::move(access);
    access_changed();
}

void Broker::access_changed() {
    ++access_generation_;
    has_acl_ = std::any_of(entrances_.begin(), entrances_.end(),
                           [](const Listener& listener) { return listener.access->acl.has_value(); });
    if (!has_acl_) return;
    for (const Connection* connection = connections_.oldest(); connection != nullptr; connection = connection->newer) {
        const Connected* on = connection->connected();
        if (on != nullptr) identify(sessions_[on->session], std::nullopt);
    }
}

/// Who has no name needs an identity only where there are rules. One that is there stays, unless it is another one's.
void Broker::identify(Session& session, std::optional<std::string> user) {
    if (!user && !has_acl_) return;
    if (!session.identity) session.identity = std::make_unique<Identity>(std::move(user));
}

/// A session that has not been resumed since the restart belongs to nobody whom the rules could know. What it is to be
/// sent is decided again when it is sent.
bool Broker::rules_let(Session& session, Access access, std::string_view topic) {
    const std::optional<Acl>& acl = access_of(session.listener).acl;
    if (!acl || !session.identity) return true;
    return session.identity->may(*acl, access_generation_, session.client_id, access, topic);
}

/// By those of some listener: by which one it came is not remembered.
bool Broker::some_rules_let(const AclClient& client, Access access, std::string_view topic) const {
    return std::any_of(entrances_.begin(), entrances_.end(), [&](const Listener& listener) {
        return !listener.access->acl || listener.access->acl->decide(client, access, topic).allowed;
    });
}

/// Whether some topic of the filter could be read.
bool Broker::may_subscribe(const Session& session, std::string_view pattern) const {
    const std::optional<Acl>& acl = access_of(session.listener).acl;
    if (!acl || !session.identity) return true;
    return acl->decide_subscription(session.identity->as_client(session.client_id), pattern).allowed;
}

}  // namespace trunkline::broker
