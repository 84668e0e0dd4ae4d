// "actors": who subscribes, and who commands.

#include <algorithm>
#include <array>
#include <utility>

#include "protocol/mqtt/topic_filter.hpp"
#include "protocol/mqtt/topic_name.hpp"
#include "simulator/plan/durations.hpp"
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
    const auto parsed = mqtt::TopicFilter::parse(filter.text());
    if (!parsed) filter.refuse("a topic filter is wanted, in which + stands for a level and # for all that follow");
    plan.filter = parsed->pattern();
    plan.share_name = parsed->share_name();
    if (const auto qos = subscription.find("qos")) plan.qos = static_cast<std::uint8_t>(qos->natural(0, 2));
    return plan;
}

void read_subscriptions(const Field& subscribe, ActorPlan& actor) {
    const std::vector<Field> subscriptions = subscribe.items();
    if (subscriptions.empty() || subscriptions.size() > most_subscriptions)
        subscribe.complain("from 1 to " + std::to_string(most_subscriptions) + " subscriptions are wanted, got " +
                           std::to_string(subscriptions.size()));
    for (const Field& subscription : subscriptions) {
        actor.subscriptions.push_back(read_subscription(subscription));
        const SubscriptionPlan& read = actor.subscriptions.back();
        if (!read.share_name.empty() && !actor.is_mqtt_5)
            subscription.complain(
                "shared subscriptions exist in MQTT 5 only; \"protocol\": \"mqtt5\" is wanted with it");
        if (read.share_name != actor.subscriptions.front().share_name)
            subscription.complain(
                "subscriptions that are all shared under one name, or none, are wanted: else nobody "
                "could tell by which a message came");
    }
}

/// Several actors of one kind, "historian-1" to "historian-3". Those who share their subscriptions are a team.
void add_actors(const Field& actor, Draft& draft, const ActorPlan& plan) {
    const auto count = actor.find("count");
    const std::uint64_t members = count ? count->natural(1, most_actors) : 1;
    const bool is_team = !plan.subscriptions.empty() && !plan.subscriptions.front().share_name.empty();
    if (count && !is_team)
        count->complain("it is for actors with a shared subscription, \"$share/NAME/filter\"; leave it out");
    if (count && (!plan.publications.empty()))
        count->complain("each of them would publish the same; leave out one of both");
    if (draft.plan.actors.size() + members > most_actors)
        actor.complain("at most " + std::to_string(most_actors) + " actors are wanted, got more");
    for (const ActorPlan& other : draft.plan.actors) {
        const bool is_same = is_team && !other.subscriptions.empty() &&
                             other.subscriptions.front().share_name == plan.subscriptions.front().share_name;
        if (is_same)
            actor.need("subscribe")
                .complain("\"" + other.owed_name() +
                          "\" shares under this name already; more members are its \"count\"");
    }
    const std::size_t first = draft.plan.actors.size();
    for (std::uint64_t member = 1; member <= members; ++member) {
        ActorPlan one = plan;
        if (is_team) {
            one.team = first;
            one.team_name = plan.id;
        }
        if (count) one.id += '-' + std::to_string(member);
        draft.actor_names.add(actor.need("id"), one.id);
        draft.plan.actors.push_back(std::move(one));
    }
}

/// Topic and payload, and how they travel.
PublicationPlan read_message(const Field& publication, const Draft& draft) {
    const Scenario& scenario = draft.plan;
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
    return plan;
}

/// Times are the user's, from the end of the warm-up; the plan's are from its beginning.
Duration read_moment(const Field& at, const Draft& draft) {
    return draft.plan.warmup + at.duration(Duration::zero(), std::max(draft.plan.run, draft.written_run));
}

PublicationPlan read_publication(const Field& publication, const Draft& draft) {
    constexpr std::array<Key, 6> keys = {{{"topic"}, {"payload"}, {"qos"}, {"retain"}, {"at"}, {"every"}}};
    publication.allow(keys);
    PublicationPlan plan = read_message(publication, draft);
    const auto at = publication.find("at");
    const auto every = publication.find("every");
    if (!at && !every) publication.complain("\"at\" or \"every\" is wanted: when it is published");
    if (every) plan.every = every->duration(std::chrono::milliseconds(10), std::chrono::hours(24 * 366));
    plan.at = at ? read_moment(*at, draft) : draft.plan.warmup + plan.every;
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

AnswerPlan read_await(const Field& await) {
    constexpr std::array<Key, 3> keys = {{{"topic"}, {"payload"}, {"within"}}};
    await.allow(keys);
    AnswerPlan plan;
    const Field topic = await.need("topic");
    plan.topic = topic.text();
    if (!mqtt::is_topic_name(plan.topic)) topic.refuse("a topic without wildcards (+, #) is wanted");
    plan.payload = await.need("payload").text();
    plan.within = await.need("within").duration(std::chrono::milliseconds(1), std::chrono::hours(24));
    return plan;
}

/// It hears what it waits for.
void subscribe_to_answer(const std::string& topic, ActorPlan& actor) {
    const bool hears =
        std::any_of(actor.subscriptions.begin(), actor.subscriptions.end(),
                    [&](const SubscriptionPlan& each) { return mqtt::topic_matches(each.filter, topic); });
    if (!hears) actor.subscriptions.push_back({topic, 1});
}

/// A command at a time, and perhaps what has to come of it.
void read_script(const Field& script, const Draft& draft, ActorPlan& actor) {
    constexpr std::array<Key, 3> keys = {{{"at"}, {"publish"}, {"await"}}};
    constexpr std::array<Key, 4> message_keys = {{{"topic"}, {"payload"}, {"qos"}, {"retain"}}};
    const std::vector<Field> steps = script.items();
    if (steps.empty() || steps.size() > most_publications)
        script.complain("from 1 to " + std::to_string(most_publications) + " commands are wanted, got " +
                        std::to_string(steps.size()));
    for (const Field& step : steps) {
        step.allow(keys);
        const Field publish = step.need("publish");
        publish.allow(message_keys);
        PublicationPlan command = read_message(publish, draft);
        command.at = read_moment(step.need("at"), draft);
        const auto await = step.find("await");
        const std::optional<AnswerPlan> answer = await ? std::optional(read_await(*await)) : std::nullopt;
        if (answer) subscribe_to_answer(answer->topic, actor);
        const Duration over = command.at + (answer ? answer->within : Duration::zero());
        if (over > draft.plan.length() && !draft.is_shortened())
            await->need("within").complain("a time that ends within the run is wanted; it would end at " +
                                           duration_text(over) + " of " + duration_text(draft.plan.length()));
        // A run that was made shorter may be over before.
        if (over > draft.plan.length() || command.at > draft.plan.sampling_ends()) continue;
        if (answer) {
            actor.answers.push_back(*answer);
            actor.answers.back().publication = actor.publications.size();
        }
        actor.publications.push_back(std::move(command));
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
                                          {"count"},
                                          {"script"},
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
        plan.is_mqtt_5 = actor.need("protocol").word(protocols) == "mqtt5";
        plan.link = draft.stream_link(actor.need("link"));
        if (const auto session = actor.find("session")) read_session(*session, plan);
        const auto publish = actor.find("publish");
        if (publish) read_publications(*publish, draft, plan);
        const auto script = actor.find("script");
        const auto subscribe = publish || script ? actor.find("subscribe") : actor.need("subscribe");
        if (subscribe) read_subscriptions(*subscribe, plan);
        if (script) read_script(*script, draft, plan);
        add_actors(actor, draft, plan);
    }
}

}  // namespace trunkline::sim::reading
