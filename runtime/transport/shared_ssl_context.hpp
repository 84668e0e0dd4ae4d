#pragma once
// A context of OpenSSL's that is replaced while streams are made from it. For sources of this folder only.

#include <mutex>
#include <utility>

#include "runtime/transport/openssl.hpp"

namespace trunkline::runtime {

/// May be used from several threads. Streams keep the context that they were made with.
class SharedSslContext {
public:
    /// Never null.
    explicit SharedSslContext(SslContext context) : context_(std::move(context)) {}

    SslContext get() const {
        const std::lock_guard lock(mutex_);
        ::SSL_CTX_up_ref(context_.get());
        return SslContext(context_.get());
    }
    void replace(SslContext context) {
        const std::lock_guard lock(mutex_);
        context_.swap(context);
    }

private:
    mutable std::mutex mutex_;  // guards the pointer; what it points to is counted by OpenSSL
    SslContext context_;
};

}  // namespace trunkline::runtime
