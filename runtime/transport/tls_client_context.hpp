#pragma once
// Whom a client of TLS believes and who it is itself, which can be read again while its streams go on.

#include <memory>
#include <string>
#include <vector>

#include "protocol/base/result.hpp"
#include "runtime/transport/stream_layer.hpp"

namespace trunkline::runtime {

/// There is no way to believe every server: one whose certificate nobody has signed is believed by having that
/// certificate as `ca`, and one that is reached by another name than its own by `server_name`.
struct TlsClientSettings {
    std::string ca;           // PEM file: whose signature makes a server's certificate good; empty: the system's
    std::string certificate;  // PEM file: the client's own, then those between it and its root; empty: none
    std::string key;          // PEM file, without a passphrase
    std::string server_name;  // the name that the server is asked for and must prove; empty: the host of its address

    /// All that are read.
    std::vector<std::string> files() const {
        std::vector<std::string> given;
        for (const std::string& file : {ca, certificate, key}) {
            if (!file.empty()) given.push_back(file);
        }
        return given;
    }
};

/// May be used from several threads.
class TlsClientContext {
public:
    /// Throws StartError with the file and what is wrong with it.
    explicit TlsClientContext(TlsClientSettings settings);
    ~TlsClientContext();
    TlsClientContext(const TlsClientContext&) = delete;
    TlsClientContext& operator=(const TlsClientContext&) = delete;

    /// Reads all files again, for streams that come from now on. The error is as that of the constructor, and changes
    /// nothing.
    Result<void, std::string> reload();

    /// The client's side of one stream to `host`, a name or an IP address, with what was read last. Its first octets
    /// leave when it is told that none have been received yet.
    std::unique_ptr<StreamLayer> make_layer(const std::string& host) const;

private:
    struct Library;
    TlsClientSettings settings_;
    std::unique_ptr<Library> library_;
};

}  // namespace trunkline::runtime
