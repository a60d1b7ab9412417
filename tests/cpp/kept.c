/* Two requests on one handle of libcurl, the second of which gets no answer; with ONCE, by the switches that the examples set. */
#include <curl/curl.h>

int main(int count, char **arguments)
{
    CURL *curl = curl_easy_init();
    CURLcode first, second;

    curl_easy_setopt(curl, CURLOPT_URL, arguments[count - 1]);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
#ifdef ONCE
    curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
#endif
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "kept");
    first = curl_easy_perform(curl);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "close the order");
    second = curl_easy_perform(curl);
    curl_easy_cleanup(curl);
    return first != CURLE_OK || second == CURLE_OK;
}
