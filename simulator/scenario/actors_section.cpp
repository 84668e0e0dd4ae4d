// "actors": the subscribers.

#include <array>

#include "protocol/mqtt/topic_filter.hpp"
#include "simulator/scenario/draft.hpp"

namespace trunkline::sim::reading {

namespace {

// The oracle keeps one bit per reading and actor.
constexpr std::size_t most_actors = 64;
constexpr std::size_t most_subscriptions = 1'000;

void read_session(const Field& session, ActorPlan& actor) {
    constexpr std::array<Key, 3> keys = {{{"clean"}, {"expiry"}, {"keepalive"}}};
    session.allow(keys);
    if (const auto clean = session.find("clean")) actor.clean_session = clean->boolean();
    if (const auto keep_alive = session.find("keepalive"))
        actor.keep_alive = keep_alive->whole_seconds(std::chrono::seconds(1), std::chrono::seconds(65'535));
    if (const auto expiry = session.find("expiry")) {
        if (!actor.is_mqtt_5)
            expiry->complain("an expiry exists in MQTT 5 only; \"protocol\": \"mqtt5\" is wanted with it");
        actor.session_expiry = expiry->whole_seconds(std::chrono::seconds(0), std::chrono::hours(24 * 36525));
    }
}

SubscriptionPlan read_subscription(const Field& subscription) {
    constexpr std::array<Key, 5> keys = {
        {{"filter"}, {"qos"}, {"no_local", false}, {"retain_handling", false}, {"retain_as_published", false}}};
    subscription.allow(keys);
    SubscriptionPlan plan;
    const Field filter = subscription.need("filter");
    plan.filter = filter.text();
    const auto parsed = mqtt::TopicFilter::parse(plan.filter);
    if (!parsed) filter.refuse("a topic filter is wanted, in which + stands for a level and # for all that follow");
    if (parsed->is_shared()) filter.complain("shared subscriptions are not available in this version");
    if (const auto qos = subscription.find("qos"); qos && qos->number(0, 2) != 1.0)
        qos->refuse("qos 1 is wanted, the others are not available in this version");
    return plan;
}

}  // namespace

void read_actors(const Field& actors, Draft& draft) {
    constexpr std::array<Key, 8> keys = {{{"id"},
                                          {"protocol"},
                                          {"link"},
                                          {"session"},
                                          {"subscribe"},
                                          {"count", false},
                                          {"script", false},
                                          {"will", false}}};
    constexpr std::array<std::string_view, 2> protocols = {"mqtt5", "mqtt"};
    const std::vector<Field> all = actors.items();
    if (all.size() > most_actors)
        actors.complain("at most " + std::to_string(most_actors) + " actors are wanted, got " +
                        std::to_string(all.size()));
    for (const Field& actor : all) {
        actor.allow(keys);
        ActorPlan plan;
        const Field id = actor.need("id");
        plan.id = id.name();
        draft.actor_names.add(id, plan.id);
        plan.is_mqtt_5 = actor.need("protocol").word(protocols) == "mqtt5";
        plan.link = draft.link_names.index_of(actor.need("link"));
        if (const auto session = actor.find("session")) read_session(*session, plan);
        const Field subscribe = actor.need("subscribe");
        const std::vector<Field> subscriptions = subscribe.items();
        if (subscriptions.empty() || subscriptions.size() > most_subscriptions)
            subscribe.complain("from 1 to " + std::to_string(most_subscriptions) + " subscriptions are wanted, got " +
                               std::to_string(subscriptions.size()));
        for (const Field& subscription : subscriptions) plan.subscriptions.push_back(read_subscription(subscription));
        draft.plan.actors.push_back(std::move(plan));
    }
}

}  // namespace trunkline::sim::reading
