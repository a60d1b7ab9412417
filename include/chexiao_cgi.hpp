/**
 * @file
 * chexiao_cgi.h for C++11 and later, over chexiao.hpp, with exceptions or without.
 *
 *     const chexiao::Notice notice = client.notification(chexiao::cgi::message());
 *     if (store(notice)) chexiao::cgi::acknowledge(notice); else chexiao::cgi::refuse(notice);
 */

#ifndef CHEXIAO_CGI_HPP
#define CHEXIAO_CGI_HPP

#include "chexiao.hpp"
#include "chexiao_cgi.h"

#include <cstdlib>
#include <memory>
#include <string>

namespace chexiao {
namespace cgi {

/// The notification that the web server hands over, as Client::notification takes it; `expect` is "" or a JSON object. Empty where nothing can be
/// had, and *error, unless that is null, says why: of an empty message the notice is unknown, and to be refused.
inline std::string message(const std::string &expect = std::string(), enum chexiao_cgi_error *error = nullptr) {
    const std::unique_ptr<char, void (*)(void *)> text(chexiao_cgi_message(expect.empty() ? nullptr : expect.c_str(), error), std::free);
    return text ? std::string(text.get()) : std::string();
}

/// Answers so that it is not told again: once the notice is stored.
inline enum chexiao_cgi_error acknowledge(const Notice &notice) noexcept { return chexiao_cgi_acknowledge(notice.json().c_str()); }

/// Answers so that it is told again.
inline enum chexiao_cgi_error refuse(const Notice &notice) noexcept { return chexiao_cgi_refuse(notice.json().c_str()); }

/// Answers 500 where there is no notice: after an Error.
inline enum chexiao_cgi_error fail() noexcept { return chexiao_cgi_refuse(nullptr); }

} // namespace cgi
} // namespace chexiao

#endif // CHEXIAO_CGI_HPP
