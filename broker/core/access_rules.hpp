#pragma once
// Who may come in, and what they may do there.

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/access/acl.hpp"

namespace trunkline::broker {

/// Replaced as a whole when its files have been read again.
struct AccessRules {
    bool checks_passwords = false;       // otherwise user names are refused: nobody could be who they say they are
    bool allows_anonymous = true;        // clients without user name, and without a certificate that names them
    std::optional<Acl> acl{};            // nothing: everybody may do everything
    std::vector<std::string> methods{};  // of enhanced authentication (5.0 §4.12)

    bool offers(std::string_view method) const {
        return std::find(methods.begin(), methods.end(), method) != methods.end();
    }
};

}  // namespace trunkline::broker
