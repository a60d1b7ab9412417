// Counts what was checked, from any thread; what does not hold is printed. A program that checked nothing has failed.
#ifndef CHECK_HPP
#define CHECK_HPP

#include <atomic>
#include <cstdio>
#include <string>

static std::atomic<int> checked(0), wrong(0);

inline bool check(bool holds, const char *what, const char *file, int line) {
    ++checked;
    if (!holds) {
        ++wrong;
        std::fprintf(stderr, "%s:%d: %s\n", file, line, what);
    }
    return holds;
}

#define CHECK(condition) check(static_cast<bool>(condition), #condition, __FILE__, __LINE__)

inline int summary() {
    std::printf("%d checks, %d wrong\n", checked.load(), wrong.load());
    return checked > 0 && wrong == 0 ? 0 : 1;
}

inline bool holds(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

#endif
