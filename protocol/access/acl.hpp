#pragma once
// Mosquitto's ACL file: who may publish to which topics, and read what is published to them.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/access/file_error.hpp"
#include "protocol/base/result.hpp"

namespace trunkline {

/// What a client wants to do with a topic.
enum class Access : std::uint8_t {
    read = 1,   // receive what is published to it
    write = 2,  // publish to it
};

/// Who wants it.
struct AclClient {
    std::optional<std::string_view> user;  // nothing: an anonymous client
    std::string_view client_id;
};

/// One `topic` or `pattern` line.
struct AclRule {
    std::string filter;       // %c and %u as they stand there
    std::uint8_t allows = 0;  // of Access, added up; 0: deny
    bool is_pattern = false;  // %c and %u are replaced
    unsigned line = 0;        // of the file
    std::string text;         // of the line
};

/// What was decided, and by what.
struct AclDecision {
    enum class Because : std::uint8_t {
        line,           // `rule` says so
        no_line,        // none allows it
        wildcard_name,  // none but patterns could, and they mean nothing to a name with + or #
    };
    bool allowed = false;
    Because because = Because::no_line;
    const AclRule* rule = nullptr;  // as long as the Acl lives
};

/// The rules of one file, compiled: no text is parsed when they are asked.
///
/// The lines before the first `user` are for anonymous clients alone, those behind `user NAME` for that user,
/// `pattern` lines for everybody, whichever `user` they stand behind. First the client's own lines decide, then the
/// patterns; of each, first those that deny. What no line allows is denied. A line means topics that begin with $ only
/// if it begins with $ itself.
///
/// %c and %u stand for the client identifier and the user name, and have a topic level to themselves. A pattern means
/// nothing to a client whose name would fill more than that one level (it contains a `/`), and no pattern means
/// anything to one whose names contain + or #: else names would be keys to other clients' topics.
class Acl {
public:
    static Result<Acl, FileError> parse(std::string_view text);

    AclDecision decide(const AclClient& client, Access access, std::string_view topic) const;
    /// Whether a subscription could ever bring something: some line allows reading topics that the pattern matches, and
    /// no line before it denies all of them. What is delivered is decided topic by topic.
    AclDecision decide_subscription(const AclClient& client, std::string_view pattern) const;

private:
    using Rules = std::vector<AclRule>;  // those that deny come first
    Rules& rules_for(const std::optional<std::string>& user, bool is_pattern);
    void sort_denials_first();
    template <typename Settles>
    AclDecision first_that(const AclClient& client, Settles settles) const;

    Rules anonymous_;
    std::map<std::string, Rules, std::less<>> by_user_;
    Rules patterns_;
};

}  // namespace trunkline
