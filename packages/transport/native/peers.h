/* The table of peers that JavaScript reads, and the control messages with the addresses that were asked. */
#ifndef DNSTEER_PEERS_H
#define DNSTEER_PEERS_H

#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

/* A peer as JavaScript sees it: 16 octets address, 16 octets local address, interface, scope (native), port (network order), 2 octets nothing. */
#define PEER_OCTETS 44
#define PEER_LOCAL 16
#define PEER_INTERFACE 32
#define PEER_SCOPE 36
#define PEER_PORT 40

typedef union {
  struct cmsghdr align;
  uint8_t octets[CMSG_SPACE(sizeof(struct in6_pktinfo))];
} control_t;

/* Writes where a message came from, and where it came to if the kernel was asked to tell. */
static inline void write_peer(uint8_t *peer, int family, struct msghdr *message) {
  memset(peer, 0, PEER_OCTETS);
  if (family == AF_INET) {
    const struct sockaddr_in *from = message->msg_name;
    memcpy(peer, &from->sin_addr, 4);
    memcpy(peer + PEER_PORT, &from->sin_port, 2);
  } else {
    const struct sockaddr_in6 *from = message->msg_name;
    memcpy(peer, &from->sin6_addr, 16);
    memcpy(peer + PEER_PORT, &from->sin6_port, 2);
    memcpy(peer + PEER_SCOPE, &from->sin6_scope_id, 4);
  }
  for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      struct in_pktinfo info;
      memcpy(&info, CMSG_DATA(c), sizeof info);
      memcpy(peer + PEER_LOCAL, &info.ipi_addr, 4);
    } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      struct in6_pktinfo info;
      memcpy(&info, CMSG_DATA(c), sizeof info);
      memcpy(peer + PEER_LOCAL, &info.ipi6_addr, 16);
      /* Elsewhere the route decides. */
      if (IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr)) memcpy(peer + PEER_INTERFACE, &info.ipi6_ifindex, 4);
    }
  }
}

/* The address of a peer. */
static inline socklen_t read_peer(const uint8_t *peer, int family, struct sockaddr_storage *name) {
  memset(name, 0, sizeof *name);
  name->ss_family = (sa_family_t)family;
  if (family == AF_INET) {
    struct sockaddr_in *to = (struct sockaddr_in *)name;
    memcpy(&to->sin_addr, peer, 4);
    memcpy(&to->sin_port, peer + PEER_PORT, 2);
    return sizeof *to;
  }
  struct sockaddr_in6 *to = (struct sockaddr_in6 *)name;
  memcpy(&to->sin6_addr, peer, 16);
  memcpy(&to->sin6_port, peer + PEER_PORT, 2);
  memcpy(&to->sin6_scope_id, peer + PEER_SCOPE, 4);
  return sizeof *to;
}

static inline void put_control(struct msghdr *message, control_t *control, int level, int type, const void *data, size_t size) {
  memset(control, 0, sizeof *control);
  message->msg_control = control;
  message->msg_controllen = CMSG_SPACE(size);
  struct cmsghdr *c = CMSG_FIRSTHDR(message);
  c->cmsg_level = level;
  c->cmsg_type = type;
  c->cmsg_len = CMSG_LEN(size);
  memcpy(CMSG_DATA(c), data, size);
}

/* Makes the answer to the peer leave from the address that was asked. */
static inline void put_source(struct msghdr *message, control_t *control, int family, const uint8_t *peer) {
  if (family == AF_INET) {
    struct in_pktinfo info = {0};
    memcpy(&info.ipi_spec_dst, peer + PEER_LOCAL, 4);
    put_control(message, control, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
  } else {
    struct in6_pktinfo info = {0};
    memcpy(&info.ipi6_addr, peer + PEER_LOCAL, 16);
    memcpy(&info.ipi6_ifindex, peer + PEER_INTERFACE, 4);
    put_control(message, control, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
  }
}

#endif
