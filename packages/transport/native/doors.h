/* What one source gives another. */
#ifndef DNSTEER_DOORS_H
#define DNSTEER_DOORS_H

#include <node_api.h>

void define_tcp_doors(napi_env env, napi_value exports);

#endif
