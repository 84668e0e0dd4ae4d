#include "runtime/transport/tls_files.hpp"

#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "runtime/transport/openssl.hpp"
#include "runtime/transport/start_error.hpp"

namespace trunkline::runtime {

namespace {

/// A program without a terminal cannot ask for a passphrase, and one with a terminal should start alike.
int no_passphrase(char*, int, int, void*) { return 0; }

}  // namespace

void unusable(std::string_view what, const std::string& file, std::string_view why) {
    throw StartError(std::string(what) + " " + file + ": " + std::string(why));
}

void check_readable(std::string_view what, const std::string& file) {
    if (::access(file.c_str(), R_OK) != 0) unusable(what, file, std::system_category().message(errno));
}

void use_certificate(SSL_CTX* context, const std::string& certificate, const std::string& key) {
    check_readable("certificate", certificate);
    if (::SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1) {
        unusable("certificate", certificate,
                 "no certificate in PEM that can be used (" + std::string(take_openssl_error()) + ")");
    }
    check_readable("key", key);
    ::SSL_CTX_set_default_passwd_cb(context, no_passphrase);
    if (::SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) == 1) return;
    const unsigned long code = ::ERR_peek_error();
    if (ERR_GET_LIB(code) == ERR_LIB_X509 && ERR_GET_REASON(code) == X509_R_KEY_VALUES_MISMATCH) {
        ::ERR_clear_error();
        unusable("key", key, "does not belong to certificate " + certificate);
    }
    unusable("key", key, "no private key in PEM without a passphrase (" + std::string(take_openssl_error()) + ")");
}

}  // namespace trunkline::runtime
