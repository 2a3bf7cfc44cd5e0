/* Reading what JavaScript passes in. */
#ifndef DNSTEER_ARGUMENTS_H
#define DNSTEER_ARGUMENTS_H

#include <node_api.h>
#include <stdint.h>
#include <stdio.h>
#include <uv.h>

static inline napi_value throw_errno(napi_env env, int error, const char *what) {
  char message[160];
  snprintf(message, sizeof message, "%s %s", what, uv_err_name(-error));
  napi_throw_error(env, uv_err_name(-error), message);
  return NULL;
}

static inline int read_view(napi_env env, napi_value value, napi_typedarray_type wanted, size_t least, void **data) {
  bool is_view;
  napi_typedarray_type type;
  size_t length;
  if (napi_is_typedarray(env, value, &is_view) != napi_ok || !is_view) return 0;
  if (napi_get_typedarray_info(env, value, &type, &length, data, NULL, NULL) != napi_ok) return 0;
  return type == wanted && length >= least && *data != NULL;
}

static inline int read_text(napi_env env, napi_value value, char *text, size_t size) {
  size_t length;
  return napi_get_value_string_utf8(env, value, text, size, &length) == napi_ok && length < size - 1;
}

/* What an external holds, which begins with its kind: a socket of UDP is no port of TCP. */
enum { KIND_UDP = 0x55445031, KIND_TCP = 0x54435031 };

static inline void *read_external(napi_env env, napi_value value, uint32_t kind) {
  void *data = NULL;
  napi_valuetype type;
  if (napi_typeof(env, value, &type) != napi_ok || type != napi_external) return NULL;
  if (napi_get_value_external(env, value, &data) != napi_ok || data == NULL) return NULL;
  return *(const uint32_t *)data == kind ? data : NULL;
}

/* Calls a function of JavaScript, with the ticks and promises that follow it; what it throws ends the process or goes to its handler. */
static inline void call_back(napi_env env, napi_async_context context, napi_ref function, int32_t number) {
  napi_handle_scope scope;
  napi_value callback, receiver, argument;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  if (napi_get_reference_value(env, function, &callback) == napi_ok && napi_get_global(env, &receiver) == napi_ok &&
      napi_create_int32(env, number, &argument) == napi_ok &&
      napi_make_callback(env, context, receiver, callback, 1, &argument, NULL) == napi_pending_exception) {
    napi_value error;
    if (napi_get_and_clear_last_exception(env, &error) == napi_ok) napi_fatal_exception(env, error);
  }
  napi_close_handle_scope(env, scope);
}

#endif
