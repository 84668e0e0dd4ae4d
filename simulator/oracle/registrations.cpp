#include "simulator/oracle/registrations.hpp"

#include <algorithm>

#include "simulator/oracle/books.hpp"
#include "simulator/oracle/wills.hpp"
#include "simulator/oracle/wording.hpp"

namespace trunkline::sim {

namespace {

auto place_of(std::vector<Registration>& registrations, std::uint16_t topic_id) {
    return std::find_if(registrations.begin(), registrations.end(),
                        [topic_id](const Registration& each) { return each.topic_id == topic_id; });
}

std::uint64_t reading_under_way(const SensorBook& book) {
    const auto found = std::find_if(book.open.begin(), book.open.end(), [](const OpenReading& reading) {
        return reading.stage == OpenReading::Stage::under_way;
    });
    return found == book.open.end() ? 0 : found->sequence;
}

}  // namespace

void note_registration(Books& books, std::size_t sensor, std::uint16_t topic_id, Instant now) {
    std::vector<Registration>& registrations = books.sensors[sensor].registrations;
    if (const auto known = place_of(registrations, topic_id); known != registrations.end()) known->at = now;
    else registrations.push_back({topic_id, now});
}

void check_refused_topic_id(Books& books, std::size_t sensor, std::uint16_t topic_id, Instant now) {
    SensorBook& book = books.sensors[sensor];
    const auto known = place_of(book.registrations, topic_id);
    if (known == book.registrations.end()) return;
    const Registration told = *known;
    book.registrations.erase(known);
    if (now < told.at + registration_grace) return;
    const std::uint64_t sequence = reading_under_way(book);
    const std::string what = sequence == 0 ? "a message of " + books.scenario.sensors[sensor].id
                                           : reading_in_words(books, {sensor, sequence});
    books.findings.add({Violation::Promise::registration, sensor, sequence, no_actor, now,
                        what + " was refused at " + moment_in_words(books, now) +
                            ": the gateway did not know topic id " + std::to_string(topic_id) +
                            ", which it had given at " + moment_in_words(books, told.at) +
                            ", and the session had not ended [MQTT-SN 1.2 §6.5]"});
}

void registrations_begin_anew(Books& books, std::size_t sensor) {
    if (books.scenario.sensors[sensor].clean_session) books.sensors[sensor].registrations.clear();
}

void registrations_ended(Books& books, std::size_t sensor, SupervisionEnd end) {
    if (end != SupervisionEnd::replaced) registrations_begin_anew(books, sensor);
}

void registrations_lost(Books& books, std::size_t gateway) {
    for (std::size_t sensor = 0; sensor < books.sensors.size(); ++sensor) {
        if (books.gateway_of(sensor) == gateway) books.sensors[sensor].registrations.clear();
    }
}

}  // namespace trunkline::sim
