#include "broker/net/scram_server.hpp"

#include <string>

#include <doctest/doctest.h>

#include "broker/access/base64.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using Outcome = AuthAnswer::Outcome;

namespace {

// The exchange that RFC 7677 §3 prints.
const std::string client_first = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
const std::string server_nonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
const std::string server_first =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
const std::string without_proof = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
const std::string client_final = without_proof + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
const std::string server_final = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

PasswordFile users() {
    const Octets salt = *from_base64("W22ZaJ0SNY7soEsUEjb6gQ==");
    const std::string line = password_line("user", *scram_credential(as_byte_view("pencil"), salt, 4096));
    return *PasswordFile::parse(line + "\nold:$6$c2FsdA==$" + std::string(86, 'A') + "==\n");
}

Octets octets_in(std::string_view text) {
    const ByteView view = as_byte_view(text);
    return {view.begin(), view.end()};
}

AuthAnswer ask(const ScramServer& server, const PasswordFile& file, std::string_view data, const Octets& so_far = {}) {
    return server.answer({AuthId{1}, {}, std::string(scram_method), octets_in(data), so_far}, file, server_nonce);
}

}  // namespace

TEST_CASE("RFC 7677 §3: the exchange of the specification, to the octet") {
    const ScramServer server;
    const PasswordFile file = users();
    const AuthAnswer first = ask(server, file, client_first);
    CHECK(first.outcome == Outcome::go_on);
    CHECK(as_text(first.data) == server_first);
    const AuthAnswer last = ask(server, file, client_final, first.so_far);
    CHECK(last.outcome == Outcome::right);
    CHECK(as_text(last.data) == server_final);
    CHECK(last.user == "user");
}

TEST_CASE("what differs in a bit from the right proof proves nothing") {
    const ScramServer server;
    const PasswordFile file = users();
    const Octets so_far = ask(server, file, client_first).so_far;
    std::string changed = client_final;
    changed[changed.size() - 2] = changed[changed.size() - 2] == 'U' ? 'Q' : 'U';
    const std::string other_nonce = "c=biws,r=rOprNGfwEbeRWgbNEkqO" + client_final.substr(client_final.find(",p="));
    const std::string other_binding = "c=eSws" + client_final.substr(6);  // "y,,": the header was changed on its way
    for (const std::string& message : {changed, other_nonce, other_binding, without_proof + ",p=AAAA", std::string()}) {
        const AuthAnswer answer = ask(server, file, message, so_far);
        CHECK(answer.outcome == Outcome::wrong);
        CHECK(answer.data.empty());
        CHECK(answer.user.empty());
    }
}

TEST_CASE("a first message that is none is refused at once, CONNECT without data too") {
    const ScramServer server;
    for (const std::string_view message : {"", "n,,", "p=tls-exporter,,n=user,r=x"})
        CHECK(ask(server, users(), message).outcome == Outcome::wrong);
}

TEST_CASE("a name that nobody has is asked for a proof all the same, with the same salt each time") {
    const ScramServer server;
    const PasswordFile file = users();
    for (const std::string user : {"nobody", "old"}) {  // whose password is none for SCRAM
        const AuthAnswer once = ask(server, file, "n,,n=" + user + ",r=x");
        CHECK(once.outcome == Outcome::go_on);
        CHECK(as_text(once.data).ends_with("==,i=4096"));
        CHECK(once.data == ask(server, file, "n,,n=" + user + ",r=x").data);
        CHECK(once.data != ask(ScramServer(), file, "n,,n=" + user + ",r=x").data);
        const std::string final = "c=biws,r=x" + server_nonce + ",p=" + to_base64(Octets(32));
        CHECK(ask(server, file, final, once.so_far).outcome == Outcome::wrong);
    }
    CHECK(as_text(ask(server, *PasswordFile::parse(""), "n,,n=user,r=x").data).ends_with("i=600000"));
}

TEST_CASE("a line that was changed in the middle of an exchange decides as it is now") {
    const ScramServer server;
    const Octets so_far = ask(server, users(), client_first).so_far;
    const std::string line = password_line("user", new_scram_credential(as_byte_view("pencil"), 4096));
    CHECK(ask(server, *PasswordFile::parse(line), client_final, so_far).outcome == Outcome::wrong);
    CHECK(ask(server, *PasswordFile::parse(""), client_final, so_far).outcome == Outcome::wrong);
}

TEST_CASE("each exchange has a nonce of the broker's own") {
    const ScramServer server;
    const AuthStep step{AuthId{1}, {}, std::string(scram_method), octets_in(client_first), {}};
    const PasswordFile file = users();
    CHECK(server.answer(step, file).data != server.answer(step, file).data);
}
