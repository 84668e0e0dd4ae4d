#pragma once
// Certificates for tests, made when they are wanted, so that none in the repository expires.

#include <filesystem>
#include <string>

#include "runtime/transport/openssl.hpp"

namespace trunkline::test {

using Key = std::unique_ptr<EVP_PKEY, runtime::FreeWith<EVP_PKEY_free>>;

/// A certificate with its key.
struct Identity {
    runtime::Certificate certificate;
    Key key;
};

/// What stands in a certificate besides its key.
struct Subject {
    std::string common_name;       // empty: none
    std::string alternative_name;  // "DNS:localhost", "URI:urn:ps-117"; empty: none
    bool is_ca = false;
};

/// Signed by `issuer`, or by itself. Valid for an hour.
Identity make_identity(const Subject& subject, const Identity* issuer = nullptr);

/// A directory that is removed with its files in the end.
class PemFiles {
public:
    PemFiles();
    ~PemFiles();
    PemFiles(const PemFiles&) = delete;
    PemFiles& operator=(const PemFiles&) = delete;

    /// The paths of the written files.
    std::string write_certificate(const std::string& name, const Identity& identity) const;
    std::string write_key(const std::string& name, const Identity& identity, const char* passphrase = nullptr) const;
    std::string write_text(const std::string& name, const std::string& text) const;
    /// Says that `revoked` is.
    std::string write_crl(const std::string& name, const Identity& ca, const Identity& revoked) const;
    std::string path(const std::string& name) const { return (directory_ / name).string(); }

private:
    std::filesystem::path directory_;
};

}  // namespace trunkline::test
