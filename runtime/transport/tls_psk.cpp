#include "runtime/transport/tls_psk.hpp"

#include <algorithm>
#include <string>

#include "runtime/transport/openssl.hpp"
#include "runtime/transport/psk_file.hpp"
#include "runtime/transport/start_error.hpp"

namespace trunkline::runtime {

namespace {

template <typename Value>
void delete_value(void*, void* value, CRYPTO_EX_DATA*, int, long, void*) {
    delete static_cast<Value*>(value);
}

/// Where a context has its keys, which go with it.
int keys_index() {
    static const int index = ::SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, delete_value<PskFile>);
    return index;
}
/// Where a stream has its identity.
int identity_index() {
    static const int index = ::SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, delete_value<std::string>);
    return index;
}

const std::vector<std::byte>* key_in(const SSL_CTX* context, const char* identity) {
    const auto* file = static_cast<const PskFile*>(::SSL_CTX_get_ex_data(context, keys_index()));
    return identity == nullptr ? nullptr : file->find(identity);
}

/// For both versions: of TLS 1.3, OpenSSL takes such a key for one of SHA-256, as RFC 8446 §4.2.11 has it. Returns the
/// size of the key; 0: nobody of that name.
unsigned find_key(SSL* ssl, const char* identity, unsigned char* key, unsigned room) {
    const std::vector<std::byte>* found = key_in(::SSL_get_SSL_CTX(ssl), identity);
    if (found == nullptr || found->size() > room) return 0;
    delete static_cast<std::string*>(::SSL_get_ex_data(ssl, identity_index()));
    ::SSL_set_ex_data(ssl, identity_index(), new std::string(identity));
    std::transform(found->begin(), found->end(), key,
                   [](std::byte octet) { return std::to_integer<unsigned char>(octet); });
    return static_cast<unsigned>(found->size());
}

}  // namespace

void use_psk(SSL_CTX* context, const TlsSettings& settings) {
    if (settings.psk_file.empty()) throw StartError("psk_hint wants keys: add psk_file=FILE");
    Result<PskFile, std::string> file = PskFile::read(settings.psk_file);
    if (!file) throw StartError(file.error());
    ::SSL_CTX_set_ex_data(context, keys_index(), new PskFile(*std::move(file)));
    ::SSL_CTX_set_psk_server_callback(context, find_key);
    if (!settings.psk_hint.empty()) ::SSL_CTX_use_psk_identity_hint(context, settings.psk_hint.c_str());
    // Whoever comes back shows the key again: a ticket would outlive a line that is taken out of the file.
    ::SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    ::SSL_CTX_set_num_tickets(context, 0);
}

std::string_view psk_identity_of(const SSL* ssl) {
    const auto* identity = static_cast<const std::string*>(::SSL_get_ex_data(ssl, identity_index()));
    return identity == nullptr ? std::string_view() : std::string_view(*identity);
}

bool is_key_kept(const SSL* ssl, const SSL_CTX* context) {
    const char* const identity = ::SSL_get_psk_identity(ssl);  // of a session that is resumed as well
    const std::vector<std::byte>* const before = key_in(::SSL_get_SSL_CTX(ssl), identity);
    const std::vector<std::byte>* const now = key_in(context, identity);
    return before != nullptr && now != nullptr && *before == *now;
}

}  // namespace trunkline::runtime
