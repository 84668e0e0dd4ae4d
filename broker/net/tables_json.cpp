#include "broker/net/tables_json.hpp"

#include <chrono>

#include "protocol/mqtt/version_name.hpp"
#include "runtime/http/json_page.hpp"

namespace trunkline::broker {

namespace {

using runtime::Json;
using runtime::page_json;
using runtime::printed;

std::int64_t whole_seconds(Duration duration) {
    return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

Json client_row(const SessionView& view) {
    Json row{{"client_id", view.session->client_id}, {"peer", view.peer}};
    if (!view.user.empty()) row["user"] = view.user;
    row["version"] = name_of(view.session->version);
    row["in_flight"] = view.session->queue.in_flight();
    row["output_bytes"] = view.output_bytes;
    return row;
}

Json session_row(const SessionView& view) {
    const Session& session = *view.session;
    Json row{{"client_id", session.client_id}, {"connected", session.connection.has_value()}};
    row["version"] = name_of(session.version);
    if (session.expiry == Session::never) row["expiry_s"] = nullptr;
    else row["expiry_s"] = session.expiry.count();
    row["stored"] = session.in_store;
    row["subscriptions"] = session.subscriptions.size();
    row["queued_messages"] = view.queued_messages;
    row["has_will"] = session.will != nullptr;
    return row;
}

Json queue_row(const SessionView& view) {
    const Session& session = *view.session;
    return Json{{"client_id", session.client_id},         {"connected", session.connection.has_value()},
                {"messages", view.queued_messages},       {"bytes", view.queued_bytes},
                {"in_flight", session.queue.in_flight()}, {"awaiting_pubrel", view.inbound}};
}

}  // namespace

std::string clients_json(const Broker& core, PageWanted wanted) {
    return page_json(
        "clients", core.sessions(wanted.from, wanted.limit),
        [](const SessionView& view) { return view.session->connection.has_value(); }, client_row);
}

std::string sessions_json(const Broker& core, PageWanted wanted) {
    return page_json(
        "sessions", core.sessions(wanted.from, wanted.limit), [](const SessionView&) { return true; }, session_row);
}

std::string queues_json(const Broker& core, PageWanted wanted) {
    return page_json(
        "queues", core.sessions(wanted.from, wanted.limit),
        [](const SessionView& view) { return view.queued_messages != 0 || view.inbound != 0; }, queue_row);
}

std::string subscriptions_json(const Broker& core, PageWanted wanted) {
    Json rows = Json::array();
    const Page<SessionView> page = core.sessions(wanted.from, wanted.limit);
    for (const SessionView& view : page.rows) {
        for (const Subscription& subscription : view.session->subscriptions) {
            Json row{{"client_id", view.session->client_id}, {"filter", subscription.filter}};
            row["qos"] = static_cast<int>(subscription.options.qos);
            row["no_local"] = subscription.options.no_local;
            row["retain_as_published"] = subscription.options.retain_as_published;
            if (subscription.id != SubscriptionId{}) row["id"] = static_cast<std::uint32_t>(subscription.id);
            rows.push_back(std::move(row));
        }
    }
    Json all{{"subscriptions", std::move(rows)}};
    if (page.next) all["next"] = *page.next;
    return printed(all);
}

std::string retained_json(const Broker& core, std::string_view after, std::size_t limit, Instant now) {
    Json rows = Json::array();
    const std::vector<RetainedView> views = core.retained_after(after, limit);
    for (const RetainedView& view : views) {
        Json row{{"topic", view.topic}, {"qos", static_cast<int>(view.qos)}, {"payload_bytes", view.payload_bytes}};
        row["age_s"] = whole_seconds(now - view.received_at);
        if (view.expires_at) row["expires_in_s"] = whole_seconds(*view.expires_at - now);
        rows.push_back(std::move(row));
    }
    Json all{{"retained", std::move(rows)}};
    if (views.size() == limit) all["next"] = views.back().topic;
    return printed(all);
}

}  // namespace trunkline::broker
