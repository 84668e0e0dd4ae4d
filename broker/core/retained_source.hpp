#pragma once
// Who published a retained message, to ask the access rules again when somebody is to get it.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "broker/core/counted.hpp"

namespace trunkline::broker {

class RetainedSource;
using RetainedSourcePtr = Counted<RetainedSource>;

/// A client as the rules know it. One of them serves all messages that the client retains while it is connected.
class RetainedSource {
public:
    static RetainedSourcePtr make(std::string client_id, std::optional<std::string> user) {
        return RetainedSourcePtr(new RetainedSource(std::move(client_id), std::move(user)));
    }
    static void destroy(const RetainedSource* source) { delete source; }

    const std::string client_id;
    const std::optional<std::string> user;  // nothing: anonymous

private:
    friend class Counted<RetainedSource>;
    RetainedSource(std::string its_client_id, std::optional<std::string> its_user)
        : client_id(std::move(its_client_id)), user(std::move(its_user)) {}
    ~RetainedSource() = default;

    mutable std::uint32_t references_ = 0;
};

}  // namespace trunkline::broker
