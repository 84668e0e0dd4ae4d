// "actors": who subscribes, and who commands.

#include <algorithm>
#include <array>
#include <utility>

#include "protocol/mqtt/topic_filter.hpp"
#include "protocol/mqtt/topic_name.hpp"
#include "simulator/scenario/draft.hpp"

namespace trunkline::sim::reading {

namespace {

// The oracle keeps one bit per reading and actor.
constexpr std::size_t most_actors = 64;
constexpr std::size_t most_subscriptions = 1'000;
constexpr std::size_t most_publications = 1'000;
constexpr std::size_t longest_payload = 1'000;  // so that it fits a datagram to a sensor

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
    if (const auto qos = subscription.find("qos")) plan.qos = static_cast<std::uint8_t>(qos->natural(0, 2));
    return plan;
}

void read_subscriptions(const Field& subscribe, ActorPlan& actor) {
    const std::vector<Field> subscriptions = subscribe.items();
    if (subscriptions.empty() || subscriptions.size() > most_subscriptions)
        subscribe.complain("from 1 to " + std::to_string(most_subscriptions) + " subscriptions are wanted, got " +
                           std::to_string(subscriptions.size()));
    for (const Field& subscription : subscriptions) actor.subscriptions.push_back(read_subscription(subscription));
}

/// Times are the user's, from the end of the warm-up; the plan's are from its beginning.
PublicationPlan read_publication(const Field& publication, const Draft& draft) {
    constexpr std::array<Key, 6> keys = {{{"topic"}, {"payload"}, {"qos"}, {"retain"}, {"at"}, {"every"}}};
    const Scenario& scenario = draft.plan;
    publication.allow(keys);
    PublicationPlan plan;
    const Field topic = publication.need("topic");
    plan.topic = topic.text();
    if (!mqtt::is_topic_name(plan.topic)) topic.refuse("a topic without wildcards (+, #) is wanted");
    if (const auto sensor = draft.sensor_by_topic.find(plan.topic); sensor != draft.sensor_by_topic.end())
        topic.complain("\"" + scenario.sensors[sensor->second].id +
                       "\" publishes its readings there; another topic is wanted");
    const Field payload = publication.need("payload");
    plan.payload = payload.text();
    if (plan.payload.size() > longest_payload)
        payload.complain("a text of at most " + std::to_string(longest_payload) + " octets is wanted, got " +
                         std::to_string(plan.payload.size()));
    if (const auto qos = publication.find("qos")) plan.qos = static_cast<std::uint8_t>(qos->natural(0, 2));
    if (const auto retain = publication.find("retain")) plan.retain = retain->boolean();
    const auto at = publication.find("at");
    const auto every = publication.find("every");
    if (!at && !every) publication.complain("\"at\" or \"every\" is wanted: when it is published");
    if (every) plan.every = every->duration(std::chrono::milliseconds(10), std::chrono::hours(24 * 366));
    plan.at =
        scenario.warmup + (at ? at->duration(Duration::zero(), std::max(scenario.run, draft.written_run)) : plan.every);
    return plan;
}

void read_publications(const Field& publish, const Draft& draft, ActorPlan& actor) {
    const std::vector<Field> publications = publish.items();
    if (publications.empty() || publications.size() > most_publications)
        publish.complain("from 1 to " + std::to_string(most_publications) + " publications are wanted, got " +
                         std::to_string(publications.size()));
    for (const Field& publication : publications) {
        PublicationPlan plan = read_publication(publication, draft);
        // A run that was made shorter may be over before.
        if (plan.at <= draft.plan.sampling_ends()) actor.publications.push_back(std::move(plan));
    }
}

}  // namespace

void read_actors(const Field& actors, Draft& draft) {
    constexpr std::array<Key, 9> keys = {{{"id"},
                                          {"protocol"},
                                          {"link"},
                                          {"session"},
                                          {"subscribe"},
                                          {"publish"},
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
        const auto publish = actor.find("publish");
        if (publish) read_publications(*publish, draft, plan);
        const auto subscribe = publish ? actor.find("subscribe") : actor.need("subscribe");
        if (subscribe) read_subscriptions(*subscribe, plan);
        draft.plan.actors.push_back(std::move(plan));
    }
}

}  // namespace trunkline::sim::reading
