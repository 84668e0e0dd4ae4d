#include "runtime/transport/dtls_cookies.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <new>

namespace trunkline::runtime {

namespace {

unsigned char* as_octets(std::byte* octets) { return reinterpret_cast<unsigned char*>(octets); }

}  // namespace

void DtlsCookies::advance(Instant now) {
    if (changed_ && now - *changed_ < key_lasts) return;
    const auto draw = [](Key& key) {
        if (::RAND_bytes(as_octets(key.data()), static_cast<int>(key.size())) != 1) throw std::bad_alloc();
    };
    // Neither may be a key that everybody knows: not the first one before it either, nor one that is too old.
    const bool is_old = !changed_ || now - *changed_ >= 2 * key_lasts;
    if (is_old) draw(keys_[1]);
    else keys_[1] = keys_[0];
    draw(keys_[0]);
    changed_ = now;
}

bool DtlsCookies::is_right(const Address& address, ByteView cookie) const {
    return std::any_of(keys_.begin(), keys_.end(), [&](const Key& key) {
        const Cookie right = hash(key, address);
        return cookie.size() == right.size() && ::CRYPTO_memcmp(cookie.data(), right.data(), right.size()) == 0;
    });
}

DtlsCookies::Cookie DtlsCookies::hash(const Key& key, const Address& address) {
    std::array<unsigned char, 18> text{};
    std::copy(address.ip.begin(), address.ip.end(), text.begin());
    text[16] = static_cast<unsigned char>(address.port >> 8U);
    text[17] = static_cast<unsigned char>(address.port & 0xffU);
    Cookie cookie{};
    unsigned size = 0;
    const unsigned char* made = ::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()), text.data(),
                                       text.size(), as_octets(cookie.data()), &size);
    if (made == nullptr || size != cookie.size()) throw std::bad_alloc();
    return cookie;
}

}  // namespace trunkline::runtime
