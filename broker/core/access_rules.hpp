#pragma once
// Who may come in, and what they may do there.

#include <optional>

#include "broker/access/acl.hpp"

namespace trunkline::broker {

/// Replaced as a whole when its files have been read again.
struct AccessRules {
    bool checks_passwords = false;  // otherwise user names are refused: nobody could be who they say they are
    bool allows_anonymous = true;   // clients without user name, and without a certificate that names them
    std::optional<Acl> acl{};       // nothing: everybody may do everything
};

}  // namespace trunkline::broker
