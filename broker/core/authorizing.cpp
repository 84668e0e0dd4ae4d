// What a client may do: access rules, asked when it publishes, subscribes and is delivered to.

#include <memory>
#include <utility>

#include "broker/core/broker.hpp"

namespace trunkline::broker {

/// Connections stay, and so do subscriptions: what is delivered is decided message by message.
void Broker::set_access(AccessRules access) {
    access_ = std::move(access);
    ++access_generation_;
    if (!access_.acl) return;
    for (const Connection* connection = connections_.oldest(); connection != nullptr; connection = connection->newer) {
        const Connected* on = connection->connected();
        if (on != nullptr) identify(sessions_[on->session], std::nullopt);
    }
}

/// Who has no name needs an identity only where there are rules. One that is there stays, unless it is another one's.
void Broker::identify(Session& session, std::optional<std::string> user) {
    if (!user && !access_.acl) return;
    if (!session.identity) session.identity = std::make_unique<Identity>(std::move(user));
}

/// A session that has not been resumed since the restart belongs to nobody whom the rules could know. What it is to be
/// sent is decided again when it is sent.
bool Broker::rules_let(Session& session, Access access, std::string_view topic) {
    if (!session.identity) return true;
    return session.identity->may(*access_.acl, access_generation_, session.client_id, access, topic);
}

/// Whether some topic of the filter could be read.
bool Broker::may_subscribe(const Session& session, std::string_view pattern) const {
    if (!access_.acl || !session.identity) return true;
    return access_.acl->decide_subscription(session.identity->as_client(session.client_id), pattern).allowed;
}

}  // namespace trunkline::broker
