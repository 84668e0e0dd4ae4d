#pragma once
// Certificates and rules of a TLS listener, which can be read again while its streams go on.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "protocol/base/result.hpp"
#include "runtime/transport/stream_layer.hpp"

namespace trunkline::runtime {

struct TlsSettings {
    enum class ClientCertificate : std::uint8_t { none, optional, required };
    enum class UserName : std::uint8_t { none, common_name, alternative_name, subject };
    enum class Version : std::uint8_t { v1_2, v1_3 };

    std::string certificate;  // PEM file: the server's certificate, then those between it and its root
    std::string key;          // PEM file, without a passphrase
    std::string ca;           // PEM file: who may sign clients' certificates; empty: nobody
    std::string crl;          // PEM file: which of those are revoked; empty: none
    std::string psk_file;     // pre-shared keys, in place of all certificates; empty: none
    std::string psk_hint;     // what clients of TLS 1.2 are told, so that they choose their key
    ClientCertificate client_certificate = ClientCertificate::none;
    UserName user_name = UserName::none;  // what of a client's certificate is its user name; with keys: its identity
    Version least_version = Version::v1_2;
    std::string ciphers;        // of TLS 1.2, as `openssl ciphers` has them; empty: OpenSSL's
    std::string cipher_suites;  // of TLS 1.3; empty: OpenSSL's

    /// All that are read.
    std::vector<std::string> files() const {
        std::vector<std::string> given;
        for (const std::string& file : {certificate, key, ca, crl, psk_file}) {
            if (!file.empty()) given.push_back(file);
        }
        return given;
    }
    bool wants_psk() const { return !psk_file.empty() || !psk_hint.empty(); }
};

/// May be used from several threads.
class TlsContext {
public:
    /// Throws StartError with the file and what is wrong with it.
    explicit TlsContext(TlsSettings settings);
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    /// Reads all files again, for streams that come from now on. The error is as that of the constructor, and changes
    /// nothing.
    Result<void, std::string> reload();

    /// The server's side of one stream, with what was read last.
    std::unique_ptr<StreamLayer> make_layer() const;

private:
    struct Library;
    TlsSettings settings_;
    std::unique_ptr<Library> library_;
};

}  // namespace trunkline::runtime
