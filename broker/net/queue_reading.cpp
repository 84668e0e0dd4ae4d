#include "broker/net/queue_reading.hpp"

#include <cstddef>
#include <utility>

namespace trunkline::broker {

std::optional<QueueReading::Request> QueueReading::take(Broker& core) {
    Request request = core.take_fetches();
    if (request.empty()) return std::nullopt;
    return request;
}

QueueReading::Answer QueueReading::read(Store& store, const Request& request) {
    Answer answer;
    answer.reserve(request.size());
    for (const Fetch& wanted : request) answer.push_back(store.fetch(wanted));
    return answer;
}

std::optional<QueueReading::Request> QueueReading::tell(Broker& core, Request request, Answer answer, Instant now) {
    Request unread;
    for (std::size_t index = 0; index < request.size(); ++index) {
        Result<FetchedPart, StoreError>& part = answer[index];
        if (part) {
            core.fetched(request[index].id, *std::move(part), now);
        } else {
            core.fetch_failed(request[index].id, part.error(), now);
            unread.push_back(request[index]);
        }
    }
    if (unread.empty()) return std::nullopt;
    return unread;
}

}  // namespace trunkline::broker
