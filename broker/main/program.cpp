#include "broker/main/program.hpp"

#include <array>
#include <string_view>

#include "broker/main/acl_command.hpp"
#include "broker/main/import_command.hpp"
#include "broker/main/passwd_command.hpp"
#include "broker/main/store_command.hpp"
#include "broker/program/settings.hpp"

namespace trunkline::broker {

namespace {

constexpr std::array<std::string_view, 1> later_commands{"why"};
constexpr auto commands = std::to_array<runtime::Command>({passwd_command, acl_command, store_command, import_command});

}  // namespace

const runtime::Program program{
    program_name, TRUNKLINE_VERSION, "An MQTT broker for telemetry from constrained devices (MQTT 3.1.1 and 5.0).",
    program_keys, later_commands,    commands,
};

}  // namespace trunkline::broker
