"""People and their appointments; included by schools.urls."""

from django.urls import path

from schools.views import people, people_appointments

urlpatterns = [
    path("", people.person_list, name="people"),
    path("new/", people.person_new, name="person-new"),
    path("issue/", people_appointments.issue, name="people-issue"),
    path("<int:pk>/", people.person, name="person"),
    path("<int:pk>/edit/", people.person_edit, name="person-edit"),
    path("<int:pk>/disable/", people.person_disable, name="person-disable"),
    path("<int:pk>/enable/", people.person_enable, name="person-enable"),
    path("<int:pk>/unlock/", people.person_unlock, name="person-unlock"),
    path("<int:pk>/reset/", people.person_reset, name="person-reset"),
    path("<int:pk>/appoint/", people_appointments.appointment_new, name="appointment-new"),
    path("appointments/<int:pk>/end/", people_appointments.appointment_end, name="appointment-end"),
]
