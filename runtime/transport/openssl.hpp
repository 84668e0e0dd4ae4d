#pragma once
// OpenSSL's objects with owners, and its errors as text. For sources of this folder only.

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string_view>

namespace trunkline::runtime {

template <auto Free>
struct FreeWith {
    template <typename Object>
    void operator()(Object* object) const {
        Free(object);
    }
};

using SslContext = std::unique_ptr<SSL_CTX, FreeWith<SSL_CTX_free>>;
using Ssl = std::unique_ptr<SSL, FreeWith<SSL_free>>;
using Certificate = std::unique_ptr<X509, FreeWith<X509_free>>;
using GeneralNames = std::unique_ptr<GENERAL_NAMES, FreeWith<GENERAL_NAMES_free>>;

/// What the first error of this thread has to say, static text: those after it follow from it and say less. The
/// thread's list of errors is empty afterwards.
inline std::string_view take_openssl_error() {
    const unsigned long code = ::ERR_peek_error();
    ::ERR_clear_error();
    const char* reason = code == 0 ? nullptr : ::ERR_reason_error_string(code);
    return reason == nullptr ? "unknown error" : reason;
}

}  // namespace trunkline::runtime
