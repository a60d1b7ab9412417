package shop;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Index;
import jakarta.persistence.Lob;
import jakarta.persistence.Table;
import jakarta.persistence.UniqueConstraint;
import java.time.Instant;

/** The journal: every notice and outcome as it came. A null {@code dedupe} equals no other, so that such a notice is always new. */
@Entity
@Table(
        name = "heard",
        indexes = @Index(columnList = "gateway, number"),
        uniqueConstraints = @UniqueConstraint(columnNames = {"gateway", "dedupe"}))
class Heard {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @Column(nullable = false, length = 16)
    private String gateway;

    private String dedupe;

    private String number;

    /** What a notice says happened; null of an outcome. */
    @Column(length = 16)
    private String event;

    @Lob
    @Column(nullable = false)
    private String document;

    @Column(nullable = false)
    private Instant told;

    /** For JPA. */
    protected Heard() {}

    Heard(String gateway, String dedupe, String number, String event, String document, Instant told) {
        this.gateway = gateway;
        this.dedupe = dedupe;
        this.number = number;
        this.event = event;
        this.document = document;
        this.told = told;
    }
}
