#pragma once
// The settings of mosquitto.conf(5), and what each becomes.

#include <span>
#include <string_view>

#include "broker/main/mosquitto_import.hpp"

namespace trunkline::broker {

struct MosquittoKey {
    std::string_view name;  // ends in * where anything may follow
    void (MosquittoTranslator::*translate)(const MosquittoLine&, std::string_view);
    std::string_view key;  // ours, or why there is none
};

/// Null: Mosquitto does not know it either, or is newer than we know.
const MosquittoKey* find_mosquitto_key(std::string_view name);

}  // namespace trunkline::broker
