#include "broker/core/settings.hpp"

namespace trunkline::broker {

std::string_view name_of(Durability durability) {
    switch (durability) {
        case Durability::sync:
            return "sync";
        case Durability::os:
            return "os";
        case Durability::memory:
            return "memory";
    }
    return "unknown";
}

}  // namespace trunkline::broker
